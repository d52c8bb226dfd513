// How prose and remarks are put together, in all formats.
#pragma once

#include <string>
#include <vector>

#include "tracer/render/blocks.hpp"

namespace tracer {

/// A sentence whose pieces are each set by `set`.
std::string set_pieces(const Prose& prose, const auto& set) {
  std::string text;
  for (const auto& piece : prose) text += std::visit(set, piece);
  return text;
}

/// Remarks one after the other: what ends in a colon goes on in the next.
inline std::vector<std::string> joined_remarks(const std::vector<std::string>& remarks) {
  std::vector<std::string> joined;
  for (const std::string& remark : remarks) {
    if (!joined.empty() && joined.back().ends_with(':'))
      joined.back() += " " + remark;
    else
      joined.push_back(remark);
  }
  return joined;
}

/// "(remark)", but no brackets around "(2×2)(2×1)".
inline std::string bracketed(const std::string& remark) {
  return remark.starts_with('(') ? remark : "(" + remark + ")";
}

}  // namespace tracer
