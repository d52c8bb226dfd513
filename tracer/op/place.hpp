#pragma once

#include <fmt/format.h>

#include "tracer/op/matrices.hpp"
#include "tracer/op/room.hpp"
#include "tracer/text/scripts.hpp"

namespace tracer::op {

/// Y = zeros of the attributes' shape with X at (row, column)       X̄ = that window of Ȳ
struct Place {
  static auto forward(const auto& with, const auto& x) {
    return place(x, with.attributes.row, with.attributes.column, with.attributes.shape.rows.count,
                 with.attributes.shape.columns.count);
  }
  static auto pullback(const auto& with, const auto& y_bar, const auto& /*y*/, const auto& x) {
    return std::tuple{window_like(y_bar, with.attributes.row, with.attributes.column, x)};
  }
  static Shape shape(std::span<const Shape> x, const Attributes& with) {
    if (with.row < 0 || with.column < 0 || with.row + x[0].rows.count > with.shape.rows.count ||
        with.column + x[0].columns.count > with.shape.columns.count) {
      throw ShapeError(fmt::format("place: {} at [{},{}] reaches beyond {}", to_string(x[0]),
                                   with.row, with.column, to_string(with.shape)));
    }
    return with.shape;
  }

  static constexpr std::string_view name = "place";
  static constexpr std::string_view call = "";
  static constexpr Law law = Law::place;
  static constexpr bool quadratic = true;
  static constexpr std::string_view legend =
      "place[i,j](v): zeros, but for v, whose first entry stands at [i,j]";

  // the column with a 1 at i, counted from 0, is eᵢ
  static Notation notation(std::span<const Operand> x, const Attributes& with) {
    const bool one = x[0].notation.kind == Notation::Kind::number && x[0].notation.text == "1";
    if (one && x[0].shape.is_scalar() &&
        (with.shape.columns.is_one() || with.shape.rows.is_one())) {
      const bool column = with.shape.columns.is_one();
      Notation unit =
          notation::name("e" + *subscript(std::to_string(column ? with.row : with.column)));
      return column ? unit : notation::transpose(std::move(unit));
    }
    return notation::call(fmt::format("place[{},{}]", with.row, with.column), {x[0].notation});
  }
};

}  // namespace tracer::op
