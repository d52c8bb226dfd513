// See latex_rows.hpp.
#include "tracer/render/latex_rows.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>

#include "tracer/text/utf8.hpp"

namespace tracer {

// How wide mathematics comes out: a scanner over the LaTeX that we write
// ourselves, with the widths of Computer Modern in digits (a digit is half an em), good to some 10
// %.

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
      return 1.4;  // of two rows and more
    }
    if (name == "framebox") return framed();
    if (name == "rule") {  // a strut
      group();
      group();
      return 0;
    }
    if (name == "hspace") return millimetres();
    if (name == "underline") return group();
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

  /// [20mm] or {20mm}.
  double millimetres() {
    constexpr double mm = 1 / 1.757;  // of a digit at 10 pt
    int width = 0;
    for (; at_ < math_.size() && math_[at_] != ']' && math_[at_] != '}'; ++at_)
      if (math_[at_] >= '0' && math_[at_] <= '9') width = 10 * width + (math_[at_] - '0');
    if (at_ < math_.size()) ++at_;
    return width * mm;
  }

  /// [20mm]{...}, a box to be filled in.
  double framed() {
    const double width = millimetres();
    group();
    return width;
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

namespace {

const char* relation(const Equation& equation, const Link& link, bool first) {
  if (equation.arrow && first) return "\\leftarrow ";  // that it is rounded, the result says
  return link.exact ? "= " : "\\approx ";
}

/// A piece of a link, with its relation or sign in front.
struct Piece {
  std::string math;
  double width = 0;
  bool relation = false;
};

/// A link in pieces that fit what is left of a row, which is one if it is not too wide.
std::vector<Piece> pieces_of(const Link& link, const char* sign, const LatexStyle& latex_style,
                             double room, double row_room) {
  std::vector<Piece> pieces;
  std::string all;
  for (const std::string& term : latex_terms(link.what, latex_style)) {
    all += (all.empty() ? "" : " ") + term;
    pieces.push_back({term, latex_width(term), false});
  }
  const double width = latex_width(all);
  if (width <= room) pieces = {{all, width, true}};
  for (Piece& piece : pieces) {
    // nowhere to break: set it smaller, as wide as the row; what MathJax sets can be scrolled
    if (piece.width <= room || latex_style.unicode_words) continue;
    const int percent = static_cast<int>(std::min(90.0, 90 * room / row_room));
    piece.math = "\\resizebox{0." + std::to_string(percent) + "\\linewidth}{!}{$\\displaystyle " +
                 piece.math + "$}";
    piece.width = room;
  }
  pieces[0].math = sign + pieces[0].math;
  pieces[0].width += 2.8;
  pieces[0].relation = true;
  return pieces;
}

}  // namespace

LatexRows latex_rows(const Equation& equation, const RowStyle& style, bool break_after_rule) {
  const std::string left = latex(equation.left, style.latex);
  const double left_width = std::max(style.left, latex_width(left));
  const double room = style.room - left_width;
  LatexRows set;
  set.rows.push_back({left + " &", left_width});
  bool row_is_new = true, first = true;
  const auto start_row = [&] {
    set.rows.push_back({"&\\quad ", left_width + 2});
    row_is_new = true;
  };
  const auto add = [&](const std::vector<Link>& links, const LatexStyle& latex_style) {
    for (const Link& link : links) {
      for (const Piece& piece :
           pieces_of(link, relation(equation, link, first), latex_style, room - 6, style.room)) {
        if (!row_is_new && set.rows.back().width + piece.width > style.room) start_row();
        LatexRow& row = set.rows.back();
        row.math += (row_is_new ? "" : " ") + piece.math;
        row.width += piece.width;
        row_is_new = first = false;
      }
    }
  };
  add(equation.rule, style.latex);
  set.rule_rows = set.rows.size();
  if (break_after_rule && !equation.rule.empty() &&
      !(equation.numbers.empty() && equation.value.empty()))
    start_row();
  LatexStyle numbers = style.latex;
  if (style.name_factors && !equation.rule.empty()) numbers.names = &equation.rule.back().what;
  add(equation.numbers, numbers);
  add(equation.value, style.latex);
  return set;
}

std::string latex_line(const Equation& equation, const LatexStyle& style) {
  std::string line = latex(equation.left, style);
  bool first = true;
  for (const auto* links : {&equation.rule, &equation.numbers, &equation.value})
    for (const Link& link : *links) {
      line += std::string(" ") + relation(equation, link, first) + latex(link.what, style);
      first = false;
    }
  return line;
}

}  // namespace tracer
