#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

/// The unit step (Heaviside's), entry by entry; with[0] is its value at 0 (0).
///   y = 0 where x < 0, with[0] at 0, 1 where x > 0         x̄ = 0, for it is flat
/// Jump at 0, where the slope is taken as 0, too. Source: numpy.heaviside.
struct Step {
  template <class V>
  static V forward(const auto& with, const V& x) {
    if (x > 0) return V(1);
    if (x < 0) return V(0);
    if constexpr (std::floating_point<V>) {
      if (x != x) return x;  // NaN stays NaN
    }
    return with[0];
  }
  static auto slope(const auto& x, const auto& /*y*/) { return 0 * x; }
  static auto corner(const auto& x) { return x; }

  static constexpr std::string_view name = "step";
  static constexpr std::array<std::string_view, 1> other_names{"heaviside"};
  static constexpr bool quadratic = true;
  static constexpr std::array settings{
      Setting{"values", "H(0)", "H(0)", "0", Range::any, "the value at 0", {"at_zero", "x2"}}};
  static constexpr Reference reference{
      "step(x), heaviside(x, 0): 0 for x < 0, 1 for x > 0; at 0 the second argument (0)",
      "any; the result has the same", "0: it is flat", "x = 0, a jump: 0 is taken",
      "numpy.heaviside"};
  static constexpr std::array samples{-3.0, -0.5, 0.5, 2.0};

  static Notation notation(std::span<const Operand> x, const Attributes& with) {
    std::vector<Notation> arguments{x[0].notation};
    if (!with.numbers.empty() && with.numbers[0] != 0)
      arguments.push_back(write_number(with.numbers[0], true));
    return notation::call("step", std::move(arguments));
  }
  static std::string gradient_reason(std::size_t /*operand*/, const std::string& /*above*/,
                                     std::span<const std::string> /*names*/,
                                     const Attributes& /*with*/) {
    return "step is flat on both sides of its jump at 0: no slope, so nothing flows back";
  }
};

}  // namespace tracer::op
