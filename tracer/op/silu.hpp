#pragma once

#include "tracer/op/room.hpp"
#include "tracer/op/sigmoid.hpp"

namespace tracer::op {

/// Sigmoid linear unit (swish), entry by entry.
///   y = x σ(x)
///   x̄ = ȳ σ(x) (1 + x (1 − σ(x)))
/// Source: Elfwing, Uchibe & Doya 2018, eq. 4 and 6.
struct Silu {
  static auto forward(const auto& x) { return x * sigmoid(x); }
  static auto slope(const auto& x, const auto& /*y*/) {
    return sigmoid(x) * (1 + x * (1 - sigmoid(x)));
  }

  static constexpr std::string_view name = "silu";
  static constexpr std::array<std::string_view, 1> other_names{"swish"};
  static constexpr HiddenUnits hidden{};
  static constexpr Reference reference{"x·sigmoid(x)", "any; the result has the same",
                                       "s(1 + x(1 − s)) with s = sigmoid(x)", "none",
                                       "Elfwing, Uchibe & Doya 2018, eq. 6"};
  static constexpr std::array samples{-3.0, -0.5, 0.0, 2.0};

  struct ProductRuleHalf : OfKind<mistake_kinds::slope_formula> {
    static constexpr std::string_view says =
        "the slope is taken as sigmoid({x}); the other half of the product rule is missing";
    static Symbol slope(const Symbol& x, const Symbol& /*y*/) { return sigmoid(x); }
  };
  using mistakes = Mistakes<ProductRuleHalf>;
};

}  // namespace tracer::op
