// From arrays by name to claims: which value of the lesson each of them is, in the lesson's shape.
// Next: compare.hpp (claims to verdicts).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tracer/claims/claim.hpp"
#include "tracer/claims/named_arrays.hpp"
#include "tracer/language/program.hpp"

namespace tracer {

struct ClaimOptions {
  std::string source = "the claim";    ///< the file's name, or the program's command
  std::optional<Precision> precision;  ///< what was computed with, where the storage does not say
};

/// The claims among the arrays, which are about the batch of this graph.
///
///   dL/dW1, ∂L/∂W1, dL_dW1, dW1, d_W1, gW1, grad_W1, gradW1, grad W1, W1.grad, W1_grad, and W1
///   itself for a parameter: the gradient; of any named value where it is said to be a gradient
///   L, P, Z1: the named line's value. loss, cost, J for the loss, output, y_hat for the prediction
///   fc1.weight, 0.bias: parameters as PyTorch calls them, by order and shape (state_dict.hpp)
///
/// Small and large letters, and underscores, may differ where that leaves no choice. A loss claimed
/// as one number, where the lesson's has one entry a sample, is their mean: "mean(L)". What stands
/// in an object "params", "data", "inputs" beside gradients is what they were computed at, and is
/// ignored. One array that has as many entries as all parameters together, and nothing beside it but
/// single numbers, holds their gradients behind each other, in the order of the lesson, row by row.
///
/// Throws Error naming the source: nothing belongs to the lesson; a name nearly that of a parameter
/// of which nothing is claimed; two arrays for one value; a shape that does not fit. Three shapes
/// that don't fit are mistakes that people make, and are kept: see Claim.
Claims claims_from(const std::vector<NamedArray>&, const Program&, const BatchGraph&,
                   const ClaimOptions& = {});

/// tracer check --claimed --wrt W1: of all that is claimed, what is to be judged. Leaves the claims
/// about these names, in the lesson's spelling; all of them where no name is given. What is claimed
/// of other parameters is not asked about, and counts as neither missing nor ignored. Throws Error:
/// a name that the lesson has not, or of which nothing is claimed.
void restrict_claims(Claims&, const std::vector<std::string>& names, const Program&,
                     const BatchGraph&);

/// Weights before and after one step of plain gradient descent, in place of gradients: for code that
/// only updates. before − lr·g = after, so g = (before − after)/lr.
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
