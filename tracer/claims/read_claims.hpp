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
/// ignored.
///
/// Throws Error naming the source: nothing belongs to the lesson; a name nearly that of a parameter
/// of which nothing is claimed; two arrays for one value; a shape that does not fit. Three shapes
/// that don't fit are mistakes that people make, and are kept: see Claim.
Claims claims_from(const std::vector<NamedArray>&, const Program&, const BatchGraph&,
                   const ClaimOptions& = {});

}  // namespace tracer
