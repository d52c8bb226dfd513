// Simplification as a person would do it: no 1·, no + 0, signs collected, numbers multiplied out, equal factors
// put into a power, what cancels cancelled; sums stay sums, and products stay products.
#pragma once

#include "tracer/symbol/symbol.hpp"

namespace tracer {

/// An equal formula that reads better. Pure algebra over the reals (x/x = 1), so the caller sees to it that
/// nothing divides by 0.
Symbol simplify(const Symbol&);

/// The same, with products of sums multiplied out first.
Symbol expand(const Symbol&);

}  // namespace tracer
