#pragma once

#include "tracer/op/log.hpp"
#include "tracer/op/ratio.hpp"
#include "tracer/op/room.hpp"

namespace tracer::op {

/// z = y ln p, and 0 where y is 0 whatever p is   ȳ = z̄ ln p    p̄ = z̄ y/p (0 where y is 0)
/// Cross-entropy's term: a class that is not the true one costs nothing.
/// Source: scipy.special.xlogy.
struct XLogY {
  static auto forward(const auto& y, const auto& p) { return xlogy(y, p); }
  static auto left(const auto& z_bar, const auto& /*z*/, const auto& /*y*/, const auto& p) {
    return z_bar * log(p);
  }
  static auto right(const auto& z_bar, const auto& /*z*/, const auto& y, const auto& p) {
    return ratio(z_bar * y, p);
  }

  static constexpr std::string_view name = "y ln p";
  static constexpr std::string_view call = "";
  static constexpr std::array samples{0.25, 1.0, 3.0};

  static Notation notation(std::span<const Operand> x, const Attributes& /*attributes*/) {
    const auto how = x[0].shape.is_scalar() ? Notation::Product::dot : Notation::Product::hadamard;
    return notation::product({x[0].notation, notation::call("ln", {x[1].notation})}, how);
  }
};

}  // namespace tracer::op

namespace tracer {

template <op::Derived V>
V xlogy(const V& y, const std::type_identity_t<V>& p) {
  if constexpr (std::same_as<V, Symbol>) {
    return op::apply<op::XLogY>(y, p);
  } else {
    return y.is_zero_surely() ? V(0) : y * log(p);
  }
}

}  // namespace tracer
