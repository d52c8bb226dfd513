#pragma once

#include "tracer/op/matrices.hpp"
#include "tracer/op/room.hpp"

namespace tracer::op {

/// B = Aᵀ              Ā = B̄ᵀ
struct Transpose {
  static auto forward(const auto& x) { return transpose(x); }
  static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& /*x*/) {
    return std::tuple{transpose(y_bar)};
  }
  static Shape shape(std::span<const Shape> x, const Attributes&) {
    return {x[0].columns, x[0].rows};
  }

  static constexpr std::string_view name = "transpose";
  static constexpr std::array<std::string_view, 1> other_names{"t"};
  static constexpr bool quadratic = true;
  static constexpr Law law = Law::transpose;
  static constexpr Reference reference{"Aᵀ; also A.T", "m×n gives n×m", "Ȳᵀ"};

  static Notation notation(const Notation& x) { return notation::transpose(x); }
};

}  // namespace tracer::op
