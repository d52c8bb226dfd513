#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

/// y = x²              x̄ = 2 ȳ x
struct Square {
  static auto forward(const auto& x) { return x * x; }
  static auto slope(const auto& x, const auto& /*y*/) { return 2 * x; }

  static constexpr std::string_view name = "square";
  static constexpr bool quadratic = true;
  static constexpr Law law = Law::square;
  static constexpr Reference reference{"x²", "any; the result has the same", "2x", "none",
                                       "torch.square"};
  static constexpr std::array samples{-2.0, 0.0, 1.5};
};

}  // namespace tracer::op

namespace tracer {

template <std::same_as<Symbol> V>
V square(const V& x) {
  return op::apply<op::Square>(x);
}

}  // namespace tracer
