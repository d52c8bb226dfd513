#include "tests/diagnosis/random_claims.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <functional>
#include <random>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tests/diagnosis/plain_matrix.hpp"
#include "tracer/claims/named_arrays.hpp"
#include "tracer/claims/point.hpp"
#include "tracer/claims/read_claims.hpp"
#include "tracer/diagnosis/diagnosis.hpp"
#include "tracer/language/elaborate.hpp"

namespace tracer::planted {

WordCounts& WordCounts::operator+=(const WordCounts& other) {
  right += other.right;
  called_wrong += other.called_wrong;
  with_story += other.with_story;
  right_open += other.right_open;
  wrong += other.wrong;
  passed += other.passed;
  false_names += other.false_names;
  wrong_open += other.wrong_open;
  return *this;
}

namespace {

using Matrix = Plain<double>;
using Gradients = std::vector<std::pair<std::string, Matrix>>;
using RoundTo = double (*)(double);

// The numbers that an arithmetic has: so many bits of mantissa.
template <int bits>
double rounded_to(double x) {
  if (x == 0 || !std::isfinite(x)) return x;
  if (bits == 24 && std::fabs(x) < 0x1p-126) return 0;  // what float32 underflows to
  int exponent = 0;
  const double mantissa = std::frexp(x, &exponent);
  return std::ldexp(std::nearbyint(std::ldexp(mantissa, bits)), exponent - bits);
}

struct Writing {
  std::string name;
  RoundTo computed;
  std::string format;  // empty: as binary numbers
};

const std::vector<Writing>& writings() {
  static const RoundTo exact = [](double x) { return x; };
  static const std::vector<Writing> all{
      {"%.2g", exact, "{:.2g}"},
      {"%.3g", exact, "{:.3g}"},
      {"%.4g", exact, "{:.4g}"},
      {"%.6g", exact, "{:.6g}"},
      {"%.2f", exact, "{:.2f}"},
      {"%.3f", exact, "{:.3f}"},
      {"%.4f", exact, "{:.4f}"},
      {"%.6f", exact, "{:.6f}"},
      {"float32 %.7g", rounded_to<24>, "{:.7g}"},
      {"float32 %.8g", rounded_to<24>, "{:.8g}"},
      {"float32 %.9g", rounded_to<24>, "{:.9g}"},
      {"float64 %.15g", exact, "{:.15g}"},
      {"float64 %.17g", exact, "{:.17g}"},
      {"float16", rounded_to<11>, ""},
      {"bf16", rounded_to<8>, ""},
      {"float32", rounded_to<24>, ""},
      {"float64", exact, ""},
  };
  return all;
}

// Slopes that nobody writes, and one that is right: of the value f and its argument z.
enum class Wrong { none, random, cos_for_slope, bell_for_slope, squared_error, reversed, count };

struct Net {
  std::string lesson;
  int layers = 1;
  std::string f;
  bool saturated = false;
};

class Maker {
 public:
  explicit Maker(unsigned seed) : random_(seed) {}

  int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  double uniform(double from, double to) {
    return from + (to - from) * (static_cast<double>(random_()) / 4294967296.0);
  }

  Net net() {
    Net made;
    made.layers = 1 + below(2);
    made.f = std::array{"sigmoid", "tanh", "relu"}[static_cast<std::size_t>(below(3))];
    if (made.layers == 1 && made.f == "relu") made.f = "tanh";
    made.saturated = below(8) == 0;
    const int in = made.layers == 1 ? 1 + below(2) : 2 + below(3);
    const int hidden = 2 + below(3), out = made.layers == 1 ? 1 : 2 + below(2);
    const int m = 1 + below(4);
    const double size = made.saturated ? 8 : 1;
    const auto matrix = [&](int rows, int columns) {
      std::vector<std::string> all;
      for (int i = 0; i < rows; ++i) {
        std::vector<std::string> row;
        for (int j = 0; j < columns; ++j)
          row.push_back(fmt::format("{:.2f}", size * uniform(-1.5, 1.5)));
        all.push_back(fmt::format("[{}]", fmt::join(row, ", ")));
      }
      return fmt::format("[{}]", fmt::join(all, ", "));
    };
    std::vector<std::string> samples;
    for (int j = 0; j < m; ++j) {
      std::vector<std::string> x, y;
      const int is = below(out);
      for (int i = 0; i < in; ++i) x.push_back(fmt::format("{:.2f}", uniform(-2, 2)));
      for (int i = 0; i < out; ++i)
        y.push_back(made.layers == 1 ? fmt::format("{:.2f}", uniform(-1, 1)) : i == is ? "1" : "0");
      samples.push_back(fmt::format("([{}], [{}])", fmt::join(x, ", "), fmt::join(y, ", ")));
    }
    const std::string data = fmt::format("data X, Y in {}\n", fmt::join(samples, ", "));
    const std::string train = "train L with sgd(lr=0.1), batch_size=all\n";
    if (made.layers == 1) {
      made.lesson = fmt::format(
          "param W1 = {}\nparam b1 = {}\n{}Z1 = W1 @ X + b1\nA1 = {}(Z1)\nL = half_mse(A1, Y)\n{}",
          matrix(1, in), matrix(1, 1), data, made.f, train);
    } else {
      made.lesson = fmt::format(
          "param W1 = {}\nparam b1 = {}\nparam W2 = {}\nparam b2 = {}\n{}Z1 = W1 @ X + b1\n"
          "A1 = {}(Z1)\nZ2 = W2 @ A1 + b2\nP = softmax(Z2)\nL = cross_entropy(P, Y)\n{}",
          matrix(hidden, in), matrix(hidden, 1), matrix(out, hidden), matrix(out, 1), data, made.f,
          train);
    }
    return made;
  }

  Gradients random_like(const Gradients& truth) {
    Gradients made = truth;
    for (auto& [name, values] : made) {
      const double size = std::max(largest_size(values), 1e-12);
      values = each(values, [&](double) { return size * uniform(-1.3, 1.3); });
    }
    return made;
  }

 private:
  std::mt19937 random_;
};

Matrix upside_down(const Matrix& x) {
  Matrix made = x;
  for (Index j = 0; j < x.columns(); ++j) {
    for (Index i = 0; i < x.rows(); ++i) made(i, j) = x(x.rows() - 1 - i, j);
  }
  return made;
}

// The backward pass by hand, every intermediate result rounded.
Gradients gradients_of(const Net& net, const Point& at, RoundTo rounding, Wrong wrong) {
  const auto r = [&](const Matrix& x) { return each(x, rounding); };
  const auto leaf = [&](const char* name) { return r(plain<double>(at.at(name))); };
  const Matrix x = leaf("X"), y = leaf("Y"), w1 = leaf("W1"), b1 = leaf("b1");
  const auto m = static_cast<double>(x.columns());
  const Matrix z1 = r(r(dot(w1, x)) + b1);
  const Matrix a1 = r(each(z1, [&](double z) {
    return net.f == "sigmoid" ? 1 / (1 + std::exp(-z))
           : net.f == "tanh"  ? std::tanh(z)
                              : std::max(z, 0.0);
  }));
  const auto slope = [&]() -> Matrix {
    if (wrong == Wrong::cos_for_slope) return each(z1, [](double z) { return std::cos(z); });
    if (wrong == Wrong::bell_for_slope) return each(z1, [](double z) { return 1 / (1 + z * z); });
    if (net.f == "relu") return each(z1, [](double z) { return z > 0 ? 1.0 : 0.0; });
    if (net.f == "tanh") return r(1 - r(a1 * a1));
    return r(a1 * r(1 - a1));
  };
  Gradients made;
  Matrix e1;
  if (net.layers == 1) {
    e1 = r(r(a1 - y) / m);
  } else {
    const Matrix w2 = leaf("W2"), b2 = leaf("b2");
    const Matrix z2 = r(r(dot(w2, a1)) + b2);
    Matrix largest(1, z2.columns(), -HUGE_VAL);
    for (Index j = 0; j < z2.columns(); ++j) {
      for (Index i = 0; i < z2.rows(); ++i) largest(0, j) = std::max(largest(0, j), z2(i, j));
    }
    const Matrix p = r(each(z2 - largest, [](double z) { return std::exp(z); }));
    Matrix d2 = r(r(r(p / r(column_sums(p))) - y) / m);
    if (wrong == Wrong::squared_error) d2 = d2 * d2;
    made.emplace_back("dL/dW2", r(dot(d2, transpose(a1))));
    made.emplace_back("dL/db2", r(row_sums(d2)));
    e1 = r(dot(transpose(wrong == Wrong::reversed ? upside_down(w2) : w2), d2));
  }
  if (net.layers == 1 && wrong == Wrong::squared_error) e1 = e1 * e1;
  const Matrix d1 = r(e1 * slope());
  made.emplace_back("dL/dW1", r(dot(d1, transpose(x))));
  made.emplace_back("dL/db1", r(row_sums(d1)));
  return made;
}

double squares(const Matrix& x) { return sum(x * x); }

double norm_ratio_of(const Gradients& a, const Gradients& b) {
  double apart = 0, both = 1e-300;
  for (std::size_t i = 0; i < a.size(); ++i) {
    apart += squares(a[i].second - b[i].second);
    both += squares(a[i].second) + squares(b[i].second);
  }
  return std::sqrt(apart / both);
}

// Whether the first layer's gradients are those of the other, to all digits, with their sign turned.
bool is_turned(const Gradients& claimed, const Gradients& truth) {
  for (std::size_t i = 0; i < claimed.size(); ++i) {
    if (claimed[i].first.find('1') == std::string::npos) continue;
    const Matrix& right = truth[i].second;
    if (largest_size(claimed[i].second + right) > 1e-13 * largest_size(right)) return false;
  }
  return true;
}

// As a program prints it; `stripped`: and as Python's json has it, without zeros at the end.
std::string number_text(const std::string& format, double x, bool stripped) {
  const std::string text = fmt::format(fmt::runtime(format), x);
  if (!stripped || format.find("17") != std::string::npos) return text;
  std::string shortest = fmt::format("{}", std::stod(text));
  if (shortest.find_first_of(".e") == std::string::npos) shortest += ".0";
  return shortest;
}

std::vector<NamedArray> written(const Gradients& gradients, const Writing& how, bool stripped) {
  std::vector<NamedArray> arrays;
  std::string json = "{";
  for (const auto& [name, values] : gradients) {
    NamedArray array;
    array.name = name;
    array.shape = {values.rows(), values.columns()};
    json += (json.size() > 1 ? ", \"" : "\"") + name + "\": [";
    for (Index i = 0; i < values.rows(); ++i) {
      json += i > 0 ? ", [" : "[";
      for (Index j = 0; j < values.columns(); ++j) {
        array.values.push_back(static_cast<long double>(values(i, j)));
        if (!how.format.empty())
          json += (j > 0 ? ", " : "") + number_text(how.format, values(i, j), stripped);
      }
      json += "]";
    }
    json += "]";
    if (how.format.empty()) array.precision = precision_of(how.name);
    arrays.push_back(std::move(array));
  }
  return how.format.empty() ? arrays : parse_named_arrays(json + "}", "c.json", "c");
}

void tell(const std::string& what, const Net& net, const Writing& how, const Gradients& claimed,
          const Diagnosis& diagnosis) {
  fmt::print("{} ({}{}): {}", what, how.name, net.saturated ? ", saturated" : "",
             word_of(diagnosis.verdict));
  for (const Account& account : diagnosis.accounts) {
    for (const Finding& finding : account.findings)
      fmt::print(" {}: {};", finding.id, finding.says);
    fmt::print(" |");
    break;
  }
  fmt::print("\n{}", net.lesson);
  for (const auto& [name, values] : claimed) {
    fmt::print("  {} =", name);
    for (const double value : values.entries()) fmt::print(" {:.9g}", value);
    fmt::print("\n");
  }
}

}  // namespace

std::vector<WordCounts> measure_random_claims(const RandomClaimOptions& options) {
  Maker maker(options.seed);
  std::vector<WordCounts> all;
  for (const Writing& how : writings()) {
    WordCounts counts;
    counts.written = how.name;
    while (counts.right + counts.wrong < options.claims) {
      const bool is_right = counts.right <= counts.wrong;
      const Net net = maker.net();
      const Program program = load_program(Source("random.lesson", net.lesson), {});
      const StepPoint at = point_of_step(program, 1);
      const Wrong wrong =
          is_right ? Wrong::none
                   : static_cast<Wrong>(1 + maker.below(static_cast<int>(Wrong::count) - 1));
      // of two classes the two rows of p − y are opposite, and W reversed is W with its sign turned
      if (wrong == Wrong::reversed && at.batch->graph[at.batch->prediction].shape.rows.count == 2)
        continue;
      const Gradients truth = gradients_of(net, at.point, writings().back().computed, Wrong::none);
      Gradients claimed = wrong == Wrong::random ? maker.random_like(truth)
                                                 : gradients_of(net, at.point, how.computed, wrong);
      if (!is_right && norm_ratio_of(claimed, truth) < 0.2) continue;  // no other gradient
      // and so it is of a net so sure of all samples that the third row is 0 to all digits
      if (wrong == Wrong::reversed && is_turned(claimed, truth)) continue;
      Claims claims;
      try {
        claims = claims_from(written(claimed, how, maker.below(2) == 0), program, *at.batch,
                             {"c.json", {}});
      } catch (const std::exception& problem) {
        fmt::print("{}\n", problem.what());
        continue;
      }
      const Diagnosis diagnosis =
          diagnose({program, *at.batch, {{at.point, std::move(claims.claims)}}});
      using enum Verdict;
      const Verdict verdict = diagnosis.verdict;
      const bool passed = verdict == right || verdict == disturbed || verdict == subgradient;
      const bool open = verdict == undecided;
      const bool story = verdict == named || verdict == factor;
      if (is_right) {
        ++counts.right;
        counts.called_wrong += passed || open ? 0 : 1;
        counts.with_story += story ? 1 : 0;
        counts.right_open += open ? 1 : 0;
        if (options.verbose && !passed && !open)
          tell("RIGHT CALLED WRONG", net, how, claimed, diagnosis);
      } else {
        ++counts.wrong;
        counts.passed += passed ? 1 : 0;
        counts.false_names += story ? 1 : 0;
        counts.wrong_open += open ? 1 : 0;
        if (options.verbose && (passed || story))
          tell(passed ? "WRONG PASSED" : "FALSE NAME", net, how, claimed, diagnosis);
      }
    }
    all.push_back(counts);
  }
  return all;
}

std::string table_of(const std::vector<WordCounts>& all) {
  std::string text = fmt::format("{:16}{:>7}{:>14}{:>12}{:>12}{:>8}{:>8}{:>13}{:>12}\n", "written",
                                 "right", "called wrong", "with story", "can't tell", "wrong",
                                 "passed", "false names", "can't tell");
  WordCounts sum;
  sum.written = "all";
  const auto line = [&](const WordCounts& c) {
    text += fmt::format("{:16}{:>7}{:>14}{:>12}{:>12}{:>8}{:>8}{:>13}{:>12}\n", c.written, c.right,
                        c.called_wrong, c.with_story, c.right_open, c.wrong, c.passed,
                        c.false_names, c.wrong_open);
  };
  for (const WordCounts& counts : all) {
    line(counts);
    sum += counts;
  }
  line(sum);
  return text;
}

}  // namespace tracer::planted
