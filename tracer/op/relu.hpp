#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

/// Rectified linear unit, entry by entry.
///   y = x where x > 0, else 0
///   x̄ = ȳ where x > 0, else 0
/// Corner at 0, where the slope is taken as 0 (PyTorch's choice; every number in [0, 1] is a
/// subgradient). Source: Goodfellow, Bengio & Courville 2016, §6.3.1.
struct Relu {
  static auto forward(const auto& x) {
    using V = std::decay_t<decltype(x)>;
    return x <= 0 ? V(0) : x;  // so written, NaN stays NaN
  }
  static auto slope(const auto& x, const auto& /*y*/) { return step(x); }
  static auto curvature(const auto& x) { return 0 * x; }
  static auto corner(const auto& x) { return x; }

  static constexpr std::string_view name = "relu";
  static constexpr bool quadratic = true;
  static constexpr HiddenUnits hidden{
      .is_common = true, .idle = "dead", .is_idle = [](double y) { return y == 0; }};
  static Kink kink(const Attributes& /*with*/) { return {0, 0, 1, 0}; }
  static constexpr std::string_view slope_name = "relu′";
  static constexpr Reference reference{"x for x > 0, else 0", "any; the result has the same",
                                       "1 for x > 0, 0 for x < 0", "x = 0: 0 is taken",
                                       "torch.nn.ReLU"};
  static constexpr std::array samples{-3.0, -0.5, 0.5, 2.0};

  static std::string side(const std::string& x, int sign) {
    return sign > 0   ? x + " > 0: passed on unchanged"
           : sign < 0 ? x + " < 0: cut off to 0"
                      : x + " = 0: the corner";
  }
  static std::string slope_side(const std::string& x, int sign) {
    if (sign == 0) return x + " = 0 is the corner of relu: no slope there, 0 is taken by choice";
    return sign > 0 ? x + " > 0, so the slope is 1"
                    : x + " < 0, so the slope is 0: nothing flows back through here";
  }

  struct MaskTurned : OfKind<mistake_kinds::slope_formula> {
    static constexpr std::string_view says =
        "the mask is turned round: what is passed on is where {x} is not above 0";
    static auto slope(const auto& x, const auto& /*y*/) { return 1 - step(x); }
  };
  using mistakes = Mistakes<MaskTurned>;
};

}  // namespace tracer::op

namespace tracer {

template <op::Entry V>
V relu(const V& x) {
  return op::word<op::Relu>(x);
}
/// 1 where x > 0, else 0.
template <std::same_as<Symbol> V>
V step(const V& x) {
  return op::apply<op::Slope<op::Relu>>(x);
}

}  // namespace tracer
