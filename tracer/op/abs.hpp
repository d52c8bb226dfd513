#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

/// y = |x|             x̄ = ȳ sign(x)
/// Corner at 0, where the slope is taken as 0 (PyTorch's choice; every number in [−1, 1] is a
/// subgradient).
struct Abs {
  static auto forward(const auto& x) { return abs(x); }
  static auto slope(const auto& x, const auto& /*y*/) { return sign_of(x); }
  static auto curvature(const auto& x) { return 0 * x; }
  static auto corner(const auto& x) { return x; }

  static constexpr std::string_view name = "abs";
  static constexpr std::array<std::string_view, 2> other_names{"absolute", "fabs"};
  static constexpr bool quadratic = true;
  static Kink kink(const Attributes& /*with*/) { return {0, -1, 1, 0}; }
  static constexpr std::string_view slope_name = "sign";
  static constexpr Reference reference{"|x|", "any; the result has the same",
                                       "−1 for x < 0, 1 for x > 0", "x = 0: 0 is taken",
                                       "torch.abs"};
  static constexpr std::array samples{-3.0, -0.5, 0.5, 2.0};

  static std::string side(const std::string& x, int sign) {
    return sign > 0   ? x + " > 0: passed on unchanged"
           : sign < 0 ? x + " < 0: its sign is turned"
                      : x + " = 0: the corner";
  }
  static std::string slope_side(const std::string& x, int sign) {
    if (sign == 0) return x + " = 0 is the corner of abs: no slope there, 0 is taken by choice";
    return sign > 0 ? x + " > 0, so the slope is 1" : x + " < 0, so the slope is −1";
  }
};

}  // namespace tracer::op

namespace tracer {

template <std::same_as<Symbol> V>
V abs(const V& x) {
  return op::apply<op::Abs>(x);
}
template <std::same_as<Symbol> V>
V sign_of(const V& x) {
  return op::apply<op::Slope<op::Abs>>(x);
}

}  // namespace tracer
