// How wide mathematics comes out: see latex_rows.hpp. A scanner over the LaTeX that we write
// ourselves, with the widths of Computer Modern in digits (a digit is half an em), good to some 10
// %.
#include <algorithm>
#include <cctype>
#include <cstddef>

#include "tracer/render/latex_rows.hpp"
#include "tracer/text/utf8.hpp"

namespace tracer {
namespace {

constexpr double small = 0.75;  // scripts, and what stands below braces

class Scanner {
 public:
  explicit Scanner(std::string_view math) : math_(math) {}

  /// Up to the end, or to an unpaired }, or to the end or next entry of an array.
  double sequence() {
    double width = 0;
    bool operand_before = false;  // tells "a − b" from a sign
    while (at_ < math_.size() && math_[at_] != '}' && !at_entry_end()) {
      const char c = math_[at_];
      const bool sign = c == '+' || c == '-' || c == '=';
      if (sign || c == ' ') ++at_;
      if (c == ' ') continue;
      width += !sign ? atom() : operand_before ? 2.7 : 1.6;
      operand_before = !sign && c != '(' && c != '[';
    }
    return width;
  }

 private:
  bool at_entry_end() const {
    return math_[at_] == '&' || math_.compare(at_, 2, "\\\\") == 0 ||
           math_.compare(at_, 4, "\\end") == 0;
  }

  double group() {
    if (at_ >= math_.size()) return 0;
    if (math_[at_] != '{') return atom();
    ++at_;
    const double width = sequence();
    if (at_ < math_.size()) ++at_;
    return width;
  }

  /// {words}, with its blanks.
  double words() {
    if (at_ >= math_.size() || math_[at_] != '{') return 0;
    ++at_;
    double width = 0;
    while (at_ < math_.size() && math_[at_] != '}') {
      if (math_[at_] == ' ') {
        ++at_;
        width += 0.65;
      } else {
        width += 0.95 * atom();
      }
    }
    if (at_ < math_.size()) ++at_;
    return width;
  }

  double atom() {
    const char c = math_[at_];
    if (c == '\\') return command();
    if (c == '{') return group();
    if (c == '_' || c == '^') {
      ++at_;
      return small * group();
    }
    utf8::next(math_, at_);
    if (std::isupper(static_cast<unsigned char>(c)) != 0) return 1.5;
    if (std::isalpha(static_cast<unsigned char>(c)) != 0) return 1.05;
    if (c == '.' || c == ',' || c == '\'' || c == ':' || c == ';') return 0.6;
    if (c == '(' || c == ')' || c == '[' || c == ']') return 0.8;
    return 1;
  }

  double command() {
    std::size_t end = at_ + 1;
    while (end < math_.size() && std::isalpha(static_cast<unsigned char>(math_[end])) != 0) ++end;
    if (end == at_ + 1) {  // \, \_ \{ and the accents
      const char c = end < math_.size() ? math_[end] : ' ';
      at_ = std::min(end + 1, math_.size());
      return c == ',' ? 0.35 : c == ' ' ? 0.65 : 0.9;
    }
    const std::string_view name = math_.substr(at_ + 1, end - at_ - 1);
    at_ = end;
    if (name == "frac" || name == "tfrac") {
      const double above = group(), below = group();
      return std::max(above, below) * (name == "frac" ? 1 : small) + 0.5;
    }
    if (name == "underbrace") {
      const double above = group();
      ++at_;  // _
      return std::max(above, small * group());
    }
    if (name == "underset") {
      const double below = small * group();
      return std::max(below, group());
    }
    if (name == "sqrt") return 1.7 + group();
    if (name == "text" || name == "mathrm" || name == "operatorname") return words();
    if (name == "ensuremath" || name == "bar" || name == "hat" || name == "dot") return group();
    if (name == "left" || name == "right") {
      if (at_ < math_.size()) ++at_;
      return 1;
    }
    if (name == "begin") return array();
    if (name == "quad") return 2;
    if (name == "qquad") return 4;
    if (name == "cdot") return 1.5;
    if (name == "odot" || name == "oslash" || name == "times" || name == "approx" ||
        name == "leftarrow" || name == "to")
      return 2.8;
    if (name == "sum") return 2.5;
    if (name.size() <= 3 || name == "tanh") return static_cast<double>(name.size());
    return 1.2;
  }

  double array() {
    group();  // {array}
    group();  // {rrr}
    std::vector<double> columns;
    std::size_t column = 0;
    while (at_ < math_.size()) {
      const double width = sequence();
      if (column == columns.size()) columns.push_back(0);
      columns[column] = std::max(columns[column], width);
      if (at_ >= math_.size() || math_[at_] == '}') break;
      if (math_[at_] == '&') {
        ++at_;
        ++column;
      } else if (math_.compare(at_, 4, "\\end") == 0) {
        at_ += 4;
        group();
        break;
      } else {
        at_ += 2;
        column = 0;
      }
    }
    double width = 0;
    for (const double each : columns) width += each + 2;
    return width;
  }

  std::string_view math_;
  std::size_t at_ = 0;
};

}  // namespace

double latex_width(std::string_view math) { return Scanner(math).sequence(); }

}  // namespace tracer
