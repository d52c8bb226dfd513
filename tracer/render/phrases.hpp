// The sentences that every format of a page has in common, so that they are said in one way.
#pragma once

#include <string>
#include <vector>

#include "tracer/derive/document.hpp"

namespace tracer {

/// "Batch of m = 2: one column per sample".
inline std::string step_heading(const DerivationStep& step) {
  if (step.layout.empty() || step.heading.empty()) return step.heading + step.layout;
  return step.heading + ": " + step.layout;
}

inline std::string working_phrase(const Derivation& derivation) {
  return "Rounded working: " + derivation.working;
}

/// What the update did to the loss, as far as the colon.
inline std::string effect_phrase(const DerivationStep& step) {
  if (step.samples.empty()) return "Did it help? New weights";
  return step.samples.size() == 1 ? "Did it help? Same sample, new weights"
                                  : "Did it help? Same batch, new weights";
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

/// "27 more steps".
inline std::string remaining_phrase(const Derivation& derivation) {
  return std::to_string(derivation.remaining) +
         (derivation.remaining == 1 ? " more step" : " more steps");
}

}  // namespace tracer
