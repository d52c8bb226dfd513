// Aligned tables for lists: a line of headings, a rule, a line for each row.
//
//   name    samples  what it is
//   ─────── ───────  ──────────────────
//   circles     400  two rings, one inside the other
#pragma once

#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "tracer/text/style.hpp"

namespace tracer {

struct TableColumn {
  std::string heading;
  bool numbers = false;  ///< aligned at the right
};

struct TableCell {
  std::string text;
  int colour = -1;  ///< of style.hpp

  TableCell() = default;
  template <class Text>
  requires std::is_convertible_v<Text, std::string> TableCell(
      Text&& cell, int in_colour = -1)  // NOLINT(google-explicit-constructor): text is a cell
      : text(std::forward<Text>(cell)), colour(in_colour) {}
};

/// Rows may be shorter than `columns`; what is missing is blank. A table too wide for style.width
/// has its widest text columns cut, then, from the right, columns left out. No trailing blanks.
std::string table(const std::vector<TableColumn>& columns,
                  const std::vector<std::vector<TableCell>>& rows, const Style& style);

}  // namespace tracer
