// See latex_rows.hpp.
#include "tracer/render/latex_rows.hpp"

#include <algorithm>

namespace tracer {
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

/// A link in pieces that fit a row, which is one if it is not too wide.
std::vector<Piece> pieces_of(const Link& link, const char* sign, const LatexStyle& latex_style,
                             double room) {
  std::vector<Piece> pieces;
  std::string all;
  for (const std::string& term : latex_terms(link.what, latex_style)) {
    all += (all.empty() ? "" : " ") + term;
    pieces.push_back({term, latex_width(term), false});
  }
  const double width = latex_width(all);
  if (width <= room) pieces = {{all, width, true}};
  for (Piece& piece : pieces) {
    if (piece.width <= room) continue;
    // nowhere to break: set it smaller, as wide as the row
    const int percent = static_cast<int>(std::min(90.0, room));
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
  const double left_width = latex_width(left);
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
           pieces_of(link, relation(equation, link, first), latex_style, room - 6)) {
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
