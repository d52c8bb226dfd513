// Which entries a reduction takes together: sum, mean, max, norm; and broadcast, which undoes their
// shape.
#pragma once

#include <string_view>

#include "tracer/symbol/shape.hpp"

namespace tracer {

/// What a reduction runs over, and what a broadcast repeats: the two undo each other's shape.
enum class Over {
  all,          ///< every entry: m×n ↔ 1×1
  each_column,  ///< down each column (NumPy's axis=0): m×n ↔ 1×n
  each_row      ///< along each row (axis=1): m×n ↔ m×1
};

namespace op {

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

}  // namespace op
}  // namespace tracer
