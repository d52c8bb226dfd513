#pragma once

#include "tracer/op/relu.hpp"
#include "tracer/op/room.hpp"

namespace tracer::op {

/// Leaky rectified linear unit, entry by entry; with[0] is the slope α of the negative side (0.01).
///   y = x where x > 0, else α x
///   x̄ = ȳ where x > 0, else α ȳ
/// Corner at 0, where the slope is taken as α (PyTorch's choice). Source: Maas, Hannun & Ng 2013,
/// §2.
struct LeakyRelu {
  static auto forward(const auto& with, const auto& x) { return x <= 0 ? with[0] * x : x; }
  static auto slope(const auto& with, const auto& x, const auto& /*y*/) {
    return x > 0 ? 1 : x <= 0 ? with[0] : x;  // NaN stays NaN
  }
  static auto curvature(const auto& x) { return 0 * x; }
  static auto corner(const auto& x) { return x; }

  static constexpr std::string_view name = "leaky_relu";
  static constexpr bool quadratic = true;
  static constexpr std::array settings{Setting{"slope",
                                               "α",
                                               "slope",
                                               "0.01",
                                               Range::any,
                                               "the slope of the negative side",
                                               {"negative_slope", "alpha"}}};
  static constexpr HiddenUnits hidden{.is_common = true};
  static Kink kink(const Attributes& with) { return {0, with.numbers[0], 1, with.numbers[0]}; }
  static constexpr std::string_view slope_name = "leaky_relu′";
  static constexpr Reference reference{
      "leaky_relu(x, slope=0.01): x for x > 0, else slope·x", "any; the result has the same",
      "1 for x > 0, slope for x < 0", "x = 0: the slope of the negative side is taken",
      "torch.nn.LeakyReLU"};
  static constexpr std::array samples{-3.0, -0.5, 0.5, 2.0};

  static std::string side(const std::string& x, int sign) {
    return sign > 0   ? x + " > 0: passed on unchanged"
           : sign < 0 ? x + " < 0: the small slope"
                      : x + " = 0: the corner";
  }
  static std::string slope_side(const std::string& x, int sign) {
    if (sign == 0)
      return x +
             " = 0 is the corner of leaky_relu: the slope of the negative side is taken by choice";
    return sign > 0 ? x + " > 0, so the slope is 1"
                    : x + " < 0, so it is the small slope of the negative side";
  }

  static constexpr MistakeKind leaky_slope{"leaky_slope", 0};
  struct LeakLost : OfKind<leaky_slope> {
    static constexpr std::string_view says =
        "the slope for {x} < 0 is taken as 0: that of relu, the leak is lost";
    static Symbol slope(const Symbol& x, const Symbol& /*y*/) { return step(x); }
  };
  struct LeakTimesInput : OfKind<leaky_slope> {
    static constexpr std::string_view says =
        "the value of the negative side stands where its slope belongs: slope·{x} for slope";
    static Symbol slope(const With<Symbol>& with, const Symbol& x, const Symbol& /*y*/) {
      return step(x) + with[0] * x * (1 - step(x));
    }
  };
  using mistakes = Mistakes<LeakLost, LeakTimesInput>;

  struct OtherSlope : OfKind<leaky_slope> {
    static constexpr std::string_view says =
        "the slope of leaky_relu for what is below 0 is {number}, and not that of the lesson";
    static constexpr std::array<std::string_view, 7> numbers{"0.01", "0.1",  "0.2",  "0.3",
                                                             "0.25", "0.05", "0.001"};
    static constexpr bool everywhere = true;
    static Symbol make(const Instead& instead, std::span<const Symbol> x) {
      return Symbol::apply(operation<LeakyRelu>(), {x[0]}, {.numbers = {instead.number.number()}});
    }
  };
  struct NoSlope : OfKind<leaky_slope> {
    static constexpr std::string_view says = "relu stands where leaky_relu belongs";
    static constexpr bool everywhere = true;
    static Symbol make(const Instead& /*instead*/, std::span<const Symbol> x) {
      return Symbol::apply(operation<Relu>(), {x[0]});
    }
  };
  using stand_ins = StandIns<OtherSlope, NoSlope>;
};

}  // namespace tracer::op
