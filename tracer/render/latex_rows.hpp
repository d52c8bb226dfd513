// Lines of working as rows of align* or aligned: left &= rule = ..., broken where the page is too
// narrow. Next: latex_format.hpp and markdown_format.hpp, which put the rows between their delimiters.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tracer/derive/document.hpp"
#include "tracer/render/latex_notation.hpp"

namespace tracer {

/// About how wide mathematics comes out, in widths of a digit. Reads what latex() writes, no more.
double latex_width(std::string_view math);

/// How rows are set.
struct RowStyle {
  LatexStyle latex;
  bool name_factors = false;  ///< names below the factors of a product of numbers
  double room = 90;           ///< widths of a digit in a row
  double left = 0;            ///< of what stands left of the relations, in the widest row of all
};

/// One row: what stands on both sides of the first &, without the \\ at its end.
struct LatexRow {
  std::string math;
  double width = 0;
};

/// The rows of an equation; several where it is too wide. The first `rule_rows` of them hold the
/// rule.
struct LatexRows {
  std::vector<LatexRow> rows;
  std::size_t rule_rows = 1;
};

/// With `break_after_rule` the numbers begin a row of their own.
LatexRows latex_rows(const Equation& equation, const RowStyle& style,
                     bool break_after_rule = false);

/// left = rule = numbers = value in a line.
std::string latex_line(const Equation& equation, const LatexStyle& style = {});

}  // namespace tracer
