#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

/// y = sin x, in radians           x̄ = ȳ cos x.   Source: DLMF §4.20.
struct Sin {
  static auto forward(const auto& x) { return sin(x); }
  static auto slope(const auto& x, const auto& /*y*/) { return cos(x); }

  static constexpr std::string_view name = "sin";
  static constexpr Reference reference{"sin x, x in radians", "any; the result has the same",
                                       "cos x", "none", "DLMF §4.20"};
  static constexpr std::array samples{-3.0, 0.0, 1.5};
};

}  // namespace tracer::op

namespace tracer {

template <op::Derived V>
V sin(const V& x) {
  return op::derived<op::Sin>(x);
}

}  // namespace tracer
