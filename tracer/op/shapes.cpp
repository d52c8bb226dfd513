#include "tracer/op/shapes.hpp"

#include <fmt/format.h>

#include "tracer/error.hpp"

namespace tracer::op {

Shape same_shape(std::string_view name, std::span<const Shape> shapes) {
  for (const Shape& shape : shapes) {
    if (!(shape == shapes[0])) {
      throw ShapeError(fmt::format("{}: the shapes differ: {} and {}", name, to_string(shapes[0]),
                                   to_string(shape)));
    }
  }
  // a side that one operand calls by name keeps it: the m of a batch
  Shape result = shapes[0];
  for (const Shape& shape : shapes) {
    if (result.rows.name.empty()) result.rows.name = shape.rows.name;
    if (result.columns.name.empty()) result.columns.name = shape.columns.name;
  }
  return result;
}

void require_square(std::string_view what, const Shape& x) {
  if (x.rows == x.columns) return;
  throw ShapeError(
      fmt::format("{}: a square matrix is wanted, with as many rows as columns, and "
                  "this is {}",
                  what, to_string(x)));
}

Shape scalar_of_two(std::string_view name, std::span<const Shape> x) {
  if (!(x[0] == x[1])) {
    throw ShapeError(
        fmt::format("{}: the shapes differ: {} and {}", name, to_string(x[0]), to_string(x[1])));
  }
  return scalar_shape;
}

void require_feature_vector(std::string_view what, const Shape& vector, const Shape& z, int axis) {
  const Shape wanted = axis == 0 ? Shape{z.rows, {}} : Shape{{}, z.columns};
  if (!(vector == wanted)) {
    throw ShapeError(fmt::format("batch_norm: {} is {}, but a layer of {} needs {}", what,
                                 to_string(vector), to_string(z), to_string(wanted)));
  }
}

}  // namespace tracer::op
