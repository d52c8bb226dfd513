#pragma once

#include <fmt/format.h>

#include "tracer/op/matrices.hpp"
#include "tracer/op/room.hpp"

namespace tracer::op {

/// Y = the window of X that begins at (row, column), of the attributes' shape. In symbols, where that
/// has no numbers, −1 stands for the place from which on the window is the rest.
///   X̄ = zeros with Ȳ in that window
struct Slice {
  static auto forward(const auto& with, const auto& x) {
    return window(x, with.attributes.row, with.attributes.column, with.attributes.shape.rows.count,
                  with.attributes.shape.columns.count);
  }
  static auto pullback(const auto& with, const auto& y_bar, const auto& /*y*/, const auto& x) {
    return std::tuple{place_like(y_bar, with.attributes.row, with.attributes.column, x)};
  }
  static Shape shape(std::span<const Shape> x, const Attributes& with) {
    const Shape& part = with.shape;
    if (!x[0].known() && with.row >= -1 && with.column >= -1) return part;  // in symbols
    if (!x[0].known() || with.row < 0 || with.column < 0 ||
        with.row + part.rows.count > x[0].rows.count ||
        with.column + part.columns.count > x[0].columns.count) {
      throw ShapeError(fmt::format("slice: [{}:{}, {}:{}] reaches beyond {}", with.row,
                                   with.row + part.rows.count, with.column,
                                   with.column + part.columns.count, to_string(x[0])));
    }
    return part;
  }

  static constexpr std::string_view name = "slice";
  static constexpr std::string_view call = "";
  static constexpr Law law = Law::slice;
  static constexpr bool quadratic = true;
  static constexpr Reference reference{
      "A[i, j], A[i, :], A[a:b, c:d]; counted from 0, negative from the end", "the window's",
      "ȳ in the window, 0 elsewhere", "none", "numpy indexing"};

  static Notation notation(std::span<const Operand> x, const Attributes& with) {
    const auto range = [](int first, const Size& taken, const Size& all) {
      if (taken == all) return std::string(":");
      if (first < 0) return fmt::format("−{}:", to_string(taken));
      if (!taken.known() || !all.known())
        return first == 0 ? fmt::format(":{}", to_string(taken)) : fmt::format("{}:", first);
      if (taken.count == 1) return std::to_string(first);
      return fmt::format("{}:{}", first, first + taken.count);
    };
    if (with.shape.is_scalar())
      return notation::index(x[0].notation, fmt::format("{},{}", with.row, with.column));
    return notation::index(x[0].notation,
                           range(with.row, with.shape.rows, x[0].shape.rows) + "," +
                               range(with.column, with.shape.columns, x[0].shape.columns));
  }
};

}  // namespace tracer::op
