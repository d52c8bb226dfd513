// The half lines that say why: on which side of its corner a relu is, what a factor 0 does, why a
// transpose, what a softmax's rule comes from.
#pragma once

#include <string>
#include <vector>

#include "tracer/derive/formulas.hpp"

namespace tracer {

/// Beside the forward line of a node.
std::vector<std::string> forward_reasons(const Rules&, const StepNumbers&, NodeId line);

/// Below a gradient. `told`: what has been said on this page already and need not be said again.
struct Told {
  bool weights_of_forward = false;
  bool transpose = false;
};
std::vector<std::string> gradient_reasons(const Rules&, const StepNumbers&, const GradientRule&,
                                          bool trains, Told&);

/// "(2×2)(2×2) + (2×1)": the shapes of a line that multiplies matrices; empty for any other.
std::string shapes_of(const Symbol& formula);

}  // namespace tracer
