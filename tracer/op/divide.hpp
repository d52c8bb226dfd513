#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

/// y = a ⊘ b           ā = ȳ ⊘ b, b̄ = −ȳ ⊙ y ⊘ b
struct Divide {
  static auto forward(const auto& a, const auto& b) { return a / b; }
  static auto left(const auto& y_bar, const auto& /*y*/, const auto& /*a*/, const auto& b) {
    return y_bar / b;
  }
  static auto right(const auto& y_bar, const auto& /*y*/, const auto& a, const auto& b) {
    return -(y_bar * a / (b * b));
  }

  static constexpr std::string_view name = "divide";
  static constexpr std::string_view call = "";
  static constexpr Law law = Law::divide;
  static constexpr Reference reference{"a/b, entry by entry; b must not be 0",
                                       "same shapes, or broadcast",
                                       "ȳ ⊘ b for a, −ȳ ⊙ a ⊘ b² for b"};

  static Notation notation(std::span<const Operand> x, const Attributes& /*attributes*/) {
    const bool entrywise = !x[0].shape.is_scalar() && !x[1].shape.is_scalar();
    return notation::quotient(x[0].notation, x[1].notation,
                              entrywise ? Notation::Product::hadamard : Notation::Product::dot);
  }
};

}  // namespace tracer::op
