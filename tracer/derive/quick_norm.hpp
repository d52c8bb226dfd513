// The norm of a matrix that is not printed whole, where doubles are enough to be sure of its digits.
#pragma once

#include <optional>
#include <string>

#include "tracer/number/eigen.hpp"

namespace tracer {

/// √Σx² to `digits` significant digits (at most 9), as to_decimal writes it; nothing where that takes
/// more than doubles, or where fewer digits may be all there is (5, not 5.00000).
std::optional<std::string> quick_norm(const Array<Exact>&, int digits);

}  // namespace tracer
