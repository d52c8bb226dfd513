#pragma once

#include "tracer/op/power.hpp"
#include "tracer/op/room.hpp"

namespace tracer::op {

/// L = Σ X², the penalty of ridge regression         X̄ = 2X
struct L2 {
  static Symbol expansion(const Symbol& x) { return sum<Over::all>(power(x, 2)); }
  static Shape shape(std::span<const Shape>, const Attributes&) { return scalar_shape; }

  static constexpr std::string_view name = "l2";
  static constexpr bool quadratic = true;
  static constexpr Reference reference{"Σ x², as a penalty", "any; a scalar", "2x", "none",
                                       "Hastie, Tibshirani & Friedman 2009, §3.4.1"};
};

}  // namespace tracer::op
