#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

/// y = x²              x̄ = 2 ȳ x
struct Square {
  static auto forward(const auto& x) { return x * x; }
  static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& x) {
    return std::tuple{2 * y_bar * x};
  }

  static constexpr std::string_view name = "square";
  static constexpr std::string_view call = "square";
  static constexpr bool quadratic = true;
  static constexpr Law law = Law::square;
  static constexpr Reference reference{"x²", "any; the result has the same", "2x", "none",
                                       "torch.square"};
  static constexpr std::array samples{-2.0, 0.0, 1.5};
};

}  // namespace tracer::op
