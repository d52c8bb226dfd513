#pragma once

#include <fmt/format.h>

#include "tracer/op/matmul.hpp"
#include "tracer/op/room.hpp"
#include "tracer/op/transpose.hpp"

namespace tracer::op {

/// C = a·bᵀ for columns a, b: every product of an entry of a and one of b
///   a : m × 1, b : n × 1, C : m × n
struct Outer {
  static Symbol expansion(const Symbol& a, const Symbol& b) {
    const bool a_is_row = a.shape().rows.is_one() && !a.shape().columns.is_one();
    const bool b_is_column = b.shape().columns.is_one() && !b.shape().rows.is_one();
    return dot(a_is_row ? transpose(a) : a, b_is_column ? transpose(b) : b);
  }
  static Shape shape(std::span<const Shape> x, const Attributes&) {
    for (const Shape& s : x) {
      if (!s.rows.is_one() && !s.columns.is_one()) {
        throw ShapeError(fmt::format("outer: wants two vectors, got {} and {}", to_string(x[0]),
                                     to_string(x[1])));
      }
    }
    return {x[0].rows.is_one() ? x[0].columns : x[0].rows,
            x[1].rows.is_one() ? x[1].columns : x[1].rows};
  }

  static constexpr std::string_view name = "outer";
  static constexpr bool quadratic = true;
  static constexpr bool spelled = true;
  static constexpr Reference reference{"a·bᵀ: entry [i, j] is a[i]·b[j]",
                                       "m and n entries give m×n", "Ȳ·b for a, Ȳᵀ·a for b", "none",
                                       "numpy.outer"};
};

}  // namespace tracer::op
