// Aligned tables for lists: a line of headings, a rule, a line for each row.
//
//   name    samples  what it is
//   ─────── ───────  ──────────────────
//   circles     400  two rings, one inside the other
#pragma once

#include <string>
#include <vector>

#include "tracer/text/style.hpp"

namespace tracer {

struct TableColumn {
  std::string heading;
  bool numbers = false;  ///< aligned at the right
};

/// Rows may be shorter than `columns`; what is missing is blank. A table too wide for style.width
/// has its widest text columns cut, then, from the right, columns left out. No trailing blanks.
std::string table(const std::vector<TableColumn>& columns,
                  const std::vector<std::vector<std::string>>& rows, const Style& style);

}  // namespace tracer
