#pragma once

#include <fmt/format.h>

#include "tracer/op/matrices.hpp"
#include "tracer/op/room.hpp"

namespace tracer::op {

/// Y = x repeated to the shape of the attributes       x̄ = Ȳ, summed over what was repeated
template <Over over>
struct Broadcast {
  static auto forward(const auto& with, const auto& x) {
    return broadcast<over>(x, with.attributes.shape.rows.count,
                           with.attributes.shape.columns.count);
  }
  static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& /*x*/) {
    return std::tuple{sum<over>(y_bar)};
  }
  static Shape shape(std::span<const Shape> x, const Attributes& with) {
    const Shape& to = with.shape;
    const bool fits = over == Over::all           ? x[0].is_scalar()
                      : over == Over::each_column ? x[0].rows.is_one() && x[0].columns == to.columns
                                                  : x[0].columns.is_one() && x[0].rows == to.rows;
    if (!fits) {
      throw ShapeError(
          fmt::format("broadcast: {} can't be repeated to {}", to_string(x[0]), to_string(to)));
    }
    return to;
  }

  static constexpr std::string_view name =
      name_over(over, "broadcast", "broadcast of a row", "broadcast of a column");
  static constexpr std::string_view call = "";
  static constexpr Law law = Law::broadcast;
  static constexpr int axis = axis_of(over);
  static constexpr bool quadratic = true;

  static Notation notation(const Notation& x) { return x; }
};

}  // namespace tracer::op
