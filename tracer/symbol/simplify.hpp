// Simplification as a person would do it: no 1·, no + 0, signs collected, numbers multiplied out,
// equal factors put into a power, what cancels cancelled; sums stay sums, and products stay
// products.
#pragma once

#include "tracer/symbol/symbol.hpp"

namespace tracer {

/// An equal formula that reads better. Pure algebra over the reals: x/x is 1, and the ratio a/b
/// that a rule takes as 0 where a and b are both 0 (the norm of zeros) becomes a plain quotient, so
/// that it can cancel. So what is simplified may divide by 0 where the formula did not, or the
/// other way round; values come from the tape.
Symbol simplify(const Symbol&);

/// The same, with products of sums multiplied out first.
Symbol expand(const Symbol&);

/// The same, with what all terms of a sum have in common before a bracket: (h − y)·x for h·x − y·x,
/// (A + Aᵀ)·x for A·x + Aᵀ·x. The formula itself where that is no shorter.
Symbol collect(const Symbol&);

}  // namespace tracer
