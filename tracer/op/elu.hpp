#pragma once

#include "tracer/op/exp.hpp"
#include "tracer/op/relu.hpp"
#include "tracer/op/room.hpp"

namespace tracer::op {

/// Exponential linear unit, entry by entry; with[0] is α (1).
///   y = x where x > 0, else α(eˣ − 1)
///   x̄ = ȳ where x > 0, else ȳ α eˣ
/// At 0 the slopes meet only for α = 1; else the negative side's is taken, as PyTorch does.
/// Source: Clevert, Unterthiner & Hochreiter 2016, §3.
struct Elu {
  static auto forward(const auto& with, const auto& x) { return x > 0 ? x : with[0] * expm1(x); }
  static auto slope(const auto& with, const auto& x, const auto& /*y*/) {
    return x > 0 ? 1 : with[0] * exp(x);
  }
  // alpha·eˣ on the negative side; written with min(x, 0) = −relu(−x), for eˣ overflows on the
  // other
  static auto curvature(const auto& with, const auto& x) {
    return with[0] * exp(-relu(-x)) * (1 - step(x));
  }
  // eˣ − 1, of small floating-point numbers without losing their digits
  template <class V>
  static V expm1(const V& x) {
    if constexpr (std::floating_point<V>) {
      return std::expm1(x);
    } else {
      return exp(x) - 1;
    }
  }
  // for alpha = 1 the two sides meet without one
  static auto corner(const auto& with, const auto& x) { return with[0] == 1 ? 1 : x; }

  static constexpr std::string_view name = "elu";
  static constexpr std::array settings{
      Setting{"alpha", "α", "α", "1", Range::any, "what the negative side is multiplied by"}};
  static constexpr HiddenUnits hidden{};
  static Kink kink(const Attributes& with) { return {0, with.numbers[0], 1, with.numbers[0]}; }
  static constexpr std::string_view slope_name = "elu′";
  static constexpr Reference reference{
      "elu(x, alpha=1): x for x > 0, else alpha·(eˣ − 1)", "any; the result has the same",
      "1 for x > 0, alpha·eˣ for x < 0", "x = 0 where alpha ≠ 1: alpha is taken", "torch.nn.ELU"};
  static constexpr std::array samples{-3.0, -0.5, 0.5, 2.0};

  static std::string side(const std::string& x, int sign) {
    return sign > 0   ? x + " > 0: passed on unchanged"
           : sign < 0 ? x + " < 0: the exponential side"
                      : x + " = 0";
  }
  static std::string slope_side(const std::string& x, int sign) {
    return sign > 0 ? x + " > 0, so the slope is 1"
                    : x + " ≤ 0, so the slope is that of the exponential";
  }

  struct AlphaLeftOut : OfKind<mistake_kinds::slope_formula> {
    static constexpr std::string_view says =
        "the slope for {x} < 0 is taken as e to the {x}; the factor alpha is missing";
    static Symbol slope(const Symbol& x, const Symbol& /*y*/) {
      return step(x) + exp(-relu(-x)) * (1 - step(x));
    }
  };
  struct ValueForSlope : OfKind<mistake_kinds::slope_formula> {
    static constexpr std::string_view says =
        "the slope for {x} < 0 is taken as {y}, without the alpha that belongs to it";
    static Symbol slope(const Symbol& x, const Symbol& y) { return step(x) + y * (1 - step(x)); }
  };
  struct OneForAlpha : OfKind<mistake_kinds::slope_formula> {
    static constexpr std::string_view says =
        "the slope for {x} < 0 is taken as {y} + 1, where {y} + alpha belongs";
    static Symbol slope(const Symbol& x, const Symbol& y) {
      return step(x) + (y + 1) * (1 - step(x));
    }
  };
  using mistakes = Mistakes<AlphaLeftOut, ValueForSlope, OneForAlpha>;
};

}  // namespace tracer::op
