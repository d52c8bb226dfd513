#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

/// Hyperbolic tangent, entry by entry.
///   y = tanh x
///   x̄ = ȳ (1 − y²)        since d tanh x / dx = 1 − tanh² x
/// Over Exact: rational only at 0. Source: DLMF §4.34.
struct Tanh {
  static auto forward(const auto& x) { return tanh(x); }
  static auto slope(const auto& /*x*/, const auto& y) { return 1 - y * y; }

  static constexpr std::string_view name = "tanh";
  static constexpr HiddenUnits hidden{
      .initialiser = "xavier", .is_common = true, .idle = "saturated", .is_idle = [](double y) {
        return 100 * (1 - y * y) < 1;
      }};
  static constexpr Reference reference{"tanh x", "any; the result has the same", "1 − y²", "none",
                                       "DLMF §4.34"};
  static constexpr std::array samples{-3.0, -0.5, 0.0, 2.0};

  struct SquareForgotten : OfKind<mistake_kinds::slope_formula> {
    static constexpr std::string_view says =
        "the slope of tanh is taken as 1 − tanh {x}; the square is missing: 1 − tanh² {x}";
    static auto slope(const auto& /*x*/, const auto& y) { return 1 - y; }
  };
  struct SquareInside : OfKind<mistake_kinds::slope_formula> {
    static constexpr std::string_view says =
        "the slope of tanh is taken as 1 − tanh({x}²); the square belongs outside: 1 − tanh² {x}";
    static auto slope(const auto& x, const auto& /*y*/) { return 1 - tanh(x * x); }
  };
  struct SquareInsideOfResult : OfKind<mistake_kinds::slope_formula> {
    static constexpr std::string_view says =
        "the slope of tanh is taken as 1 − tanh({y}²), of the result; it is 1 − {y}²";
    static auto slope(const auto& /*x*/, const auto& y) { return 1 - tanh(y * y); }
  };
  struct WholeSquared : OfKind<mistake_kinds::slope_formula> {
    static constexpr std::string_view says =
        "the slope of tanh is taken as (1 − {y})²; only {y} is squared: 1 − {y}²";
    static auto slope(const auto& /*x*/, const auto& y) { return (1 - y) * (1 - y); }
  };
  using mistakes = Mistakes<SquareForgotten, SquareInside, SquareInsideOfResult, WholeSquared>;
};

}  // namespace tracer::op

namespace tracer {

template <op::Derived V>
V tanh(const V& x) {
  return op::derived<op::Tanh>(x);
}

}  // namespace tracer
