#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

/// y = a/b, and 0 where a is 0 whatever b is (the limit that the rules of xlogy and norm need).
struct Ratio {
  static auto forward(const auto& a, const auto& b) { return ratio(a, b); }
  static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& a, const auto& b) {
    return std::tuple{ratio(y_bar, b), -ratio(y_bar * a, b * b)};
  }

  static constexpr std::string_view name = "ratio";
  static constexpr std::string_view call = "";
  static constexpr int operands = 2;
  static constexpr Law law = Law::divide;
  static constexpr std::array samples{-2.0, 0.5, 1.5};

  static Notation notation(std::span<const Operand> x, const Attributes& /*attributes*/) {
    const bool entrywise = !x[0].shape.is_scalar() && !x[1].shape.is_scalar();
    return notation::quotient(x[0].notation, x[1].notation,
                              entrywise ? Notation::Product::hadamard : Notation::Product::dot);
  }
};

}  // namespace tracer::op
