// What the search keeps. It goes through the claimed gradients from the loss down. What explains the
// upper ones is kept (all of it, where several mistakes do); where it does not explain the next one,
// every mistake that can be made on the way there is tried on top of it. So the mistakes of one
// layer are looked for on what the layer above really sent down, and three independent mistakes cost
// a sum of trials, not a product.
//
//   claims in order:  dB3  dW3 │ dB2  dW2 │ dB1  dW1
//   explained by:     nothing  │ relu(Z2) for relu′(Z2)  │ that, and the same at Z1
#pragma once

#include <vector>

#include "tracer/diagnosis/trial.hpp"

namespace tracer {

/// How many mistakes are tried together in one layer.
enum class Depth { singles, pairs };

/// Explanations, the most plausible first; never empty. The targets are asked in their order.
std::vector<Explanation> walk(Trial&, const std::vector<Target>&, Depth);

}  // namespace tracer
