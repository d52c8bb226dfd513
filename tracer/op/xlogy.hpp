#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

/// z = y ln p, and 0 where y is 0 whatever p is   ȳ = z̄ ln p    p̄ = z̄ y/p (0 where y is 0)
/// Cross-entropy's term: a class that is not the true one costs nothing.
/// Source: scipy.special.xlogy.
struct XLogY {
  static auto forward(const auto& y, const auto& p) { return xlogy(y, p); }
  static auto pullback(const auto& z_bar, const auto& /*z*/, const auto& y, const auto& p) {
    return std::tuple{z_bar * log(p), ratio(z_bar * y, p)};
  }

  static constexpr std::string_view name = "y ln p";
  static constexpr std::string_view call = "";
  static constexpr int operands = 2;
  static constexpr std::array samples{0.25, 1.0, 3.0};

  static Notation notation(std::span<const Operand> x, const Attributes& /*attributes*/) {
    const auto how = x[0].shape.is_scalar() ? Notation::Product::dot : Notation::Product::hadamard;
    return notation::product({x[0].notation, notation::call("ln", {x[1].notation})}, how);
  }
};

}  // namespace tracer::op
