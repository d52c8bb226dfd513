#pragma once

#include "tracer/op/ratio.hpp"
#include "tracer/op/room.hpp"
#include "tracer/op/xlogy.hpp"

namespace tracer::op {

/// y = xⁿ, entry by entry    x̄ = ȳ n xⁿ⁻¹    n̄ = ȳ y ln x
/// Domain: x < 0 only with whole n, x = 0 only with n ≥ 0; 0**0 = 1. At x = 0 PyTorch's choices:
/// n̄ = 0, and x̄ = 0 for n = 0. Source: DLMF §4.2(iv).
struct Power {
  template <class V>
  static V forward(const V& x, const V& n) {
    if constexpr (std::floating_point<V>) {
      if (n == 2) return x * x;  // by far the commonest, and pow is slow
    }
    return pow(x, n);
  }
  static auto left(const auto& y_bar, const auto& /*y*/, const auto& x, const auto& n) {
    return y_bar * n * one_less(x, n);
  }
  static auto right(const auto& y_bar, const auto& y, const auto& x, const auto& /*n*/) {
    // x·y/x is y, but 0 at x = 0, where ln x must not be asked for
    return y_bar * xlogy(ratio(x * y, x), x);
  }
  /// xⁿ⁻¹. Where n is 0 it is multiplied by 0, so at x = 0 it is 0, not 1/0.
  template <class V>
  static V one_less(const V& x, const V& n) {
    if constexpr (std::same_as<V, Symbol>) {
      return apply<Power>(x, n - 1);
    } else if constexpr (std::floating_point<V>) {
      if (n == 2) return x;
      return n == 0 && x == 0 ? V(0) : pow(x, n - 1);
    } else {
      return n.is_zero_surely() && x.is_zero_surely() ? V(0) : pow(x, V(n - 1));
    }
  }

  static constexpr std::string_view name = "power";
  static constexpr std::string_view call = "";
  static constexpr Law law = Law::power;
  static constexpr Reference reference{"x**n or x^n; x < 0 only with whole n, 0**0 = 1",
                                       "same shapes, or broadcast", "n xⁿ⁻¹ for x, xⁿ ln x for n",
                                       "none", "DLMF §4.2(iv)"};
  static constexpr std::array samples{0.5, 1.0, 2.0};

  static Notation notation(const Notation& x, const Notation& n) { return notation::power(x, n); }
};

}  // namespace tracer::op

namespace tracer {

template <std::same_as<Symbol> V>
V power(const V& x, const std::type_identity_t<V>& n) {
  return op::apply<op::Power>(x, n);
}

}  // namespace tracer
