// Where a matrix is off: a picture of its errors, dark where they are large, small enough for a
// terminal. Rows and columns that are wrong as a whole are seen at once.
#pragma once

#include <string>

#include "tracer/number/eigen.hpp"
#include "tracer/text/style.hpp"

namespace tracer {

/// `errors`: at least 0; 1 is as large as the largest value. Cells that hold several entries show
/// the largest of them; a cell without error is a dot. With the numbers of the first and last row
/// and column at its sides.
std::string error_map(const Array<double>& errors, const Style&);

}  // namespace tracer
