#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

/// y = cos x, in radians           x̄ = −ȳ sin x.   Source: DLMF §4.20.
struct Cos {
  static auto forward(const auto& x) { return cos(x); }
  static auto slope(const auto& x, const auto& /*y*/) { return -sin(x); }

  static constexpr std::string_view name = "cos";
  static constexpr Reference reference{"cos x, x in radians", "any; the result has the same",
                                       "−sin x", "none", "DLMF §4.20"};
  static constexpr std::array samples{-3.0, 0.0, 1.5};
};

}  // namespace tracer::op

namespace tracer {

template <op::Derived V>
V cos(const V& x) {
  return op::derived<op::Cos>(x);
}

}  // namespace tracer
