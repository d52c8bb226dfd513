// Weights before and after one step of plain gradient descent, in place of gradients: for code that
// only updates. before − lr·g = after, so g = (before − after)/lr. Next: read_claims.hpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tracer/claims/claim.hpp"
#include "tracer/claims/named_arrays.hpp"
#include "tracer/claims/read_claims.hpp"

namespace tracer {

struct WeightUpdate {
  std::vector<NamedArray> before;
  std::vector<NamedArray> after;
  std::string before_source = "before";  ///< the files' names, for messages
  std::string after_source = "after";
  std::optional<Rational> lr;  ///< nothing: that of the lesson's sgd
};

/// The gradients that the update was made with, and Claims::source the file of `after`. The
/// weights before become the lesson's parameters (replace_values). What is not known of a gradient
/// is in Claim::half_unit, entry by entry: (the half units of what was written, before and after,
/// and u·|w|)/lr, with u the unit roundoff of the weights' precision and |w| the larger of the two:
/// by so much the new weight was rounded.
///
/// Throws Error: a parameter that is in one of the files alone, no learning rate, one that is not
/// above 0, an optimiser whose step is no multiple of the gradient; and what replace_values throws.
Claims update_claims(Program&, const WeightUpdate&, const ClaimOptions& = {});

}  // namespace tracer
