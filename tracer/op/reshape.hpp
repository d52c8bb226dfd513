#pragma once

#include <fmt/format.h>

#include "tracer/op/matrices.hpp"
#include "tracer/op/room.hpp"

namespace tracer::op {

/// Y = X read row by row into another shape (NumPy's order)      X̄ = Ȳ reshaped back
struct Reshape {
  static auto forward(const auto& with, const auto& x) {
    return reshape(x, with.attributes.shape.rows.count, with.attributes.shape.columns.count);
  }
  static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& x) {
    return std::tuple{reshape_like(y_bar, x)};
  }
  static Shape shape(std::span<const Shape> x, const Attributes& with) {
    if (!x[0].known() || !with.shape.known() || x[0].count() != with.shape.count()) {
      throw ShapeError(fmt::format("reshape: {} can't become {}: the number of entries differs",
                                   to_string(x[0]), to_string(with.shape)));
    }
    return with.shape;
  }

  static constexpr std::string_view name = "reshape";
  static constexpr Law law = Law::reshape;
  static constexpr std::array<std::string_view, 1> other_names{"view"};
  static constexpr bool quadratic = true;
  static constexpr Reference reference{
      "reshape(x, rows, columns), read row by row; one of them may be -1",
      "m×n gives rows×columns with as many entries", "ȳ, reshaped back", "none",
      "numpy.reshape (order C)"};

  /// As MATLAB and Fortran read them.
  struct ByColumns {
    static constexpr MistakeKind kind{"reshape_order", 0};
    static constexpr std::string_view says =
        "the entries are read column by column, and not row by row";
    static bool differs(std::span<const Shape> x, const Attributes& /*with*/) {
      return x[0].rows.count > 1 && x[0].columns.count > 1;
    }
    static Symbol make(const Instead& instead, std::span<const Symbol> x) {
      Attributes turned = instead.with.attributes;
      std::swap(turned.shape.rows, turned.shape.columns);
      return transpose(Symbol::apply(operation<Reshape>(), {transpose(x[0])}, turned));
    }
  };
  using stand_ins = StandIns<ByColumns>;
};

}  // namespace tracer::op
