#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

/// y = xⁿ, entry by entry    x̄ = ȳ n xⁿ⁻¹    n̄ = ȳ y ln x
/// Domain: x < 0 only with whole n, x = 0 only with n ≥ 0; 0**0 = 1. At x = 0 PyTorch's choices:
/// n̄ = 0, and x̄ = 0 for n = 0. Source: DLMF §4.2(iv).
struct Power {
  static auto forward(const auto& x, const auto& n) { return power(x, n); }
  static auto pullback(const auto& y_bar, const auto& y, const auto& x, const auto& n) {
    // x·y/x is y, but 0 at x = 0, where ln x must not be asked for
    return std::tuple{y_bar * n * power_one_less(x, n), y_bar * xlogy(ratio(x * y, x), x)};
  }

  static constexpr std::string_view name = "power";
  static constexpr std::string_view call = "";
  static constexpr int operands = 2;
  static constexpr Law law = Law::power;
  static constexpr Reference reference{"x**n or x^n; x < 0 only with whole n, 0**0 = 1",
                                       "same shapes, or broadcast", "n xⁿ⁻¹ for x, xⁿ ln x for n",
                                       "none", "DLMF §4.2(iv)"};
  static constexpr std::array samples{0.5, 1.0, 2.0};

  static Notation notation(const Notation& x, const Notation& n) { return notation::power(x, n); }
};

}  // namespace tracer::op
