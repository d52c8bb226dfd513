#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

/// y = eˣ              x̄ = ȳ y
/// Over Exact: rational only at 0. Source: DLMF §4.2.
struct Exp {
  static auto forward(const auto& x) { return exp(x); }
  static auto slope(const auto& /*x*/, const auto& y) { return y; }

  static constexpr std::string_view name = "exp";
  static constexpr Reference reference{"eˣ", "any; the result has the same", "eˣ", "none",
                                       "DLMF §4.2"};
  static constexpr std::array samples{-3.0, -0.5, 0.0, 2.0};
};

}  // namespace tracer::op

namespace tracer {

template <op::Derived V>
V exp(const V& x) {
  return op::derived<op::Exp>(x);
}

}  // namespace tracer
