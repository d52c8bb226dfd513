#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

/// y = √x              x̄ = ȳ/(2y)
/// Domain: x ≥ 0; the slope at 0 is infinite, so a gradient there is an error.
struct Sqrt {
  static auto forward(const auto& x) { return sqrt(x); }
  static auto pullback(const auto& y_bar, const auto& y, const auto& /*x*/) {
    return std::tuple{y_bar / (2 * y)};
  }

  static constexpr std::string_view name = "sqrt";
  static constexpr Reference reference{"√x for x ≥ 0", "any; the result has the same", "1/(2√x)",
                                       "x = 0: the slope is infinite", "DLMF §4.2"};
  static constexpr std::array samples{0.25, 2.0, 9.0};
};

}  // namespace tracer::op

namespace tracer {

template <std::same_as<Symbol> V>
V sqrt(const V& x) {
  return op::apply<op::Sqrt>(x);
}

}  // namespace tracer
