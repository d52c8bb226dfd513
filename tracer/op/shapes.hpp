// Shapes that several rooms ask for. Each throws ShapeError where the operands don't fit.
#pragma once

#include <span>
#include <string_view>

#include "tracer/op/vocabulary.hpp"

namespace tracer::op {

/// The one shape of all operands: what an operation entry by entry gives.
Shape same_shape(std::string_view name, std::span<const Shape> shapes);

/// The shape of a reduction: 1×1, 1×n or m×1. Both dimensions are kept.
inline Shape reduced(Over over, const Shape& x) {
  return over == Over::all           ? scalar_shape
         : over == Over::each_column ? Shape{{}, x.columns}
                                     : Shape{x.rows, {}};
}
constexpr std::string_view name_over(Over over, std::string_view all, std::string_view columns,
                                     std::string_view rows) {
  return over == Over::all ? all : over == Over::each_column ? columns : rows;
}
constexpr int axis_of(Over over) {
  return over == Over::all ? -1 : over == Over::each_column ? 0 : 1;
}

/// Throws unless it has as many rows as columns.
void require_square(std::string_view what, const Shape& x);

/// A scalar, of two operands of the same shape: a loss.
Shape scalar_of_two(std::string_view name, std::span<const Shape> x);

/// Throws unless `vector` has one entry for each feature of z: a column where samples are columns
/// (axis 0), a row where they are rows.
void require_feature_vector(std::string_view what, const Shape& vector, const Shape& z, int axis);

}  // namespace tracer::op
