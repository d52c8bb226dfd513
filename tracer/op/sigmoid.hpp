#pragma once

#include "tracer/op/exp.hpp"
#include "tracer/op/room.hpp"

namespace tracer::op {

/// Logistic sigmoid, entry by entry.
///   y = 1/(1 + e⁻ˣ)
///   x̄ = ȳ y (1 − y)      since dσ/dx = σ(1 − σ)
/// Over Exact: rational only at 0 (½). Source: Bishop 2006, eq. 4.59 and 4.88.
struct Sigmoid {
  static auto forward(const auto& x) { return sigmoid(x); }
  static auto slope(const auto& /*x*/, const auto& y) { return y * (1 - y); }

  static Notation notation(const Notation& x) { return notation::call("σ", {x}); }

  static constexpr std::string_view name = "sigmoid";
  static constexpr std::array<std::string_view, 1> other_names{"expit"};
  static constexpr std::array<std::string_view, 1> words{"logistic"};
  // its slope is at most 1/4
  static constexpr HiddenUnits hidden{
      .initialiser = "xavier", .is_common = true, .idle = "saturated", .is_idle = [](double y) {
        return 400 * y * (1 - y) < 1;
      }};
  static constexpr Reference reference{"1/(1 + e⁻ˣ)", "any; the result has the same", "y(1 − y)",
                                       "none", "Bishop 2006, eq. 4.88"};
  static constexpr std::array samples{-3.0, -0.5, 0.0, 2.0};

  /// 1/1 + exp(−x): the brackets of 1/(1 + exp(−x)) are missing.
  struct Brackets : OfKind<mistake_kinds::slope_formula> {
    static constexpr std::string_view says =
        "the slope is s(1 − s) with s = 1/1 + exp(−{x}): the brackets of 1/(1 + exp(−{x})) are "
        "missing";
    static Symbol slope(const Symbol& x, const Symbol& /*y*/) {
      return (1 + exp(-x)) * (1 - (1 + exp(-x)));
    }
  };
  struct BracketsOfResult : OfKind<mistake_kinds::slope_formula> {
    static constexpr std::string_view says =
        "the slope is s(1 − s) with s = 1/1 + exp(−{y}), of the result and with missing brackets";
    static Symbol slope(const Symbol& /*x*/, const Symbol& y) {
      return (1 + exp(-y)) * (1 - (1 + exp(-y)));
    }
  };
  struct OneMinus : OfKind<mistake_kinds::slope_formula> {
    static constexpr std::string_view says =
        "the slope is taken as 1 − {y}; the factor {y} is missing: {y}(1 − {y})";
    static Symbol slope(const Symbol& /*x*/, const Symbol& y) { return 1 - y; }
  };
  using mistakes = Mistakes<Brackets, BracketsOfResult, OneMinus>;
};

}  // namespace tracer::op

namespace tracer {

template <op::Derived V>
V sigmoid(const V& x) {
  return op::derived<op::Sigmoid>(x);
}

}  // namespace tracer
