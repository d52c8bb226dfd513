#pragma once

#include "tracer/op/abs.hpp"
#include "tracer/op/room.hpp"

namespace tracer::op {

/// L = Σ |X|, the penalty of the lasso               X̄ = sign(X), 0 at 0
struct L1 {
  static Symbol expansion(const Symbol& x) { return sum<Over::all>(abs(x)); }
  static Shape shape(std::span<const Shape>, const Attributes&) { return scalar_shape; }

  static constexpr std::string_view name = "l1";
  static constexpr bool quadratic = true;
  static constexpr Reference reference{"Σ |x|, as a penalty", "any; a scalar", "sign(x)",
                                       "x = 0: 0 is taken",
                                       "Hastie, Tibshirani & Friedman 2009, §3.4.2"};
};

}  // namespace tracer::op
