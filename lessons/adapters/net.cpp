// Gradients computed in C++, for tracer check:
//
//   c++ -std=c++17 -O2 net.cpp -o net
//   tracer check net.lesson --program ./net
//
// Put your own forward and backward pass into gradients(). The rest reads the problem and prints
// the answer, with nothing but the standard library. What you print for yourself belongs on
// std::cerr.
#include <cctype>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

using Matrix = std::vector<std::vector<double>>;  // rows; a number is 1 x 1
using Matrices = std::map<std::string, Matrix>;

// ---- your part

Matrix zeros(std::size_t rows, std::size_t columns) {
  return Matrix(rows, std::vector<double>(columns));
}

Matrices gradients(Matrices& params, Matrices& data) {
  const Matrix &W1 = params["W1"], &b1 = params["b1"], &W2 = params["W2"], &b2 = params["b2"];
  const Matrix &X = data["X"], &Y = data["Y"];
  const std::size_t inputs = X.size(), samples = X[0].size(), hidden = W1.size(),
                    classes = W2.size();
  const auto m = static_cast<double>(samples);

  double loss = 0;
  Matrix dW1 = zeros(hidden, inputs), db1 = zeros(hidden, 1);
  Matrix dW2 = zeros(classes, hidden), db2 = zeros(classes, 1);
  for (std::size_t k = 0; k < samples; ++k) {
    std::vector<double> z1(hidden), a1(hidden), p(classes), dz2(classes);
    for (std::size_t i = 0; i < hidden; ++i) {
      z1[i] = b1[i][0];
      for (std::size_t j = 0; j < inputs; ++j) z1[i] += W1[i][j] * X[j][k];
      a1[i] = z1[i] > 0 ? z1[i] : 0;
    }
    double sum = 0;
    for (std::size_t i = 0; i < classes; ++i) {
      double z2 = b2[i][0];
      for (std::size_t j = 0; j < hidden; ++j) z2 += W2[i][j] * a1[j];
      p[i] = std::exp(z2);
      sum += p[i];
    }
    for (std::size_t i = 0; i < classes; ++i) {
      p[i] /= sum;
      if (Y[i][k] != 0) loss -= Y[i][k] * std::log(p[i]) / m;
      dz2[i] = (p[i] - Y[i][k]) / m;
      db2[i][0] += dz2[i];
      for (std::size_t j = 0; j < hidden; ++j) dW2[i][j] += dz2[i] * a1[j];
    }
    for (std::size_t j = 0; j < hidden; ++j) {
      if (z1[j] <= 0) continue;  // relu lets nothing back
      double dz1 = 0;
      for (std::size_t i = 0; i < classes; ++i) dz1 += W2[i][j] * dz2[i];
      db1[j][0] += dz1;
      for (std::size_t n = 0; n < inputs; ++n) dW1[j][n] += dz1 * X[n][k];
    }
  }
  return {{"L", {{loss}}}, {"dL/dW1", dW1}, {"dL/db1", db1}, {"dL/dW2", dW2}, {"dL/db2", db2}};
}

// ---- reading and printing

// As much of JSON as a problem has: objects, texts, numbers, lists of rows of numbers.
class Problem {
 public:
  explicit Problem(std::string text) : text_(std::move(text)) {
    for_each_member([&](const std::string& group) {
      if (peek() == '{') {
        for_each_member([&](const std::string& name) { groups_[group][name] = matrix(); });
      } else if (peek() == '"') {
        string();
      } else if (peek() == '[') {
        do ++at_;
        while (text_.at(at_) != ']');  // "wanted": texts
        ++at_;
      } else {
        number();
      }
    });
  }
  Matrices& operator[](const std::string& group) { return groups_[group]; }

 private:
  char peek() {
    while (std::isspace(static_cast<unsigned char>(text_.at(at_)))) ++at_;
    return text_[at_];
  }
  void take(char wanted) {
    if (peek() != wanted) throw std::runtime_error(std::string("expected ") + wanted);
    ++at_;
  }
  bool goes_on() { return peek() == ',' && ++at_; }
  std::string string() {
    take('"');
    const std::size_t begin = at_;
    at_ = text_.find('"', begin) + 1;
    return text_.substr(begin, at_ - 1 - begin);
  }
  double number() {
    peek();
    std::size_t length = 0;
    const double value = std::stod(text_.substr(at_, 40), &length);
    at_ += length;
    return value;
  }
  Matrix matrix() {
    if (peek() != '[') return {{number()}};
    Matrix rows;
    take('[');
    do {
      rows.emplace_back();
      take('[');
      do rows.back().push_back(number());
      while (goes_on());
      take(']');
    } while (goes_on());
    take(']');
    return rows;
  }
  template <class Read>
  void for_each_member(const Read& read) {
    take('{');
    if (peek() != '}') {
      do {
        const std::string name = string();
        take(':');
        read(name);
      } while (goes_on());
    }
    take('}');
  }

  std::string text_;
  std::size_t at_ = 0;
  std::map<std::string, Matrices> groups_;
};

int main() {
  const std::istreambuf_iterator<char> begin(std::cin), end;
  Problem problem(std::string(begin, end));
  std::string separator = "{";
  for (const auto& [name, matrix] : gradients(problem["params"], problem["data"])) {
    std::printf("%s\"%s\": ", separator.c_str(), name.c_str());
    const char* row_separator = "[";
    for (const auto& row : matrix) {
      const char* number_separator = "[";
      std::printf("%s", row_separator);
      for (const double number : row) {
        std::printf("%s%.17g", number_separator, number);  // 17 digits: exactly this double
        number_separator = ", ";
      }
      std::printf("]");
      row_separator = ", ";
    }
    std::printf("]");
    separator = ",\n ";
  }
  std::printf("}\n");
}
