// Shapes that several rooms ask for. Each throws ShapeError where the operands don't fit.
#pragma once

#include <span>
#include <string_view>

#include "tracer/symbol/shape.hpp"

namespace tracer::op {

/// The one shape of all operands: what an operation entry by entry gives.
Shape same_shape(std::string_view name, std::span<const Shape> shapes);

/// A scalar, of two operands of the same shape: a loss.
Shape scalar_of_two(std::string_view name, std::span<const Shape> x);

/// Throws unless `vector` has one entry for each feature of z: a column where samples are columns
/// (axis 0), a row where they are rows.
void require_feature_vector(std::string_view what, const Shape& vector, const Shape& z, int axis);

}  // namespace tracer::op
