#pragma once

#include "tracer/op/power.hpp"
#include "tracer/op/room.hpp"
#include "tracer/op/xlogy.hpp"

namespace tracer::op {

/// L = −(1/n) Σ (α Y (1 − P)^γ ln P + (1 − α)(1 − Y) P^γ ln(1 − P)), over all n entries; P
/// probabilities. with[0] is γ (2), with[1] is α; below 0 (the standard) nothing is weighted.
/// What is right already counts less than under bce, which it is for γ = 0.
/// Source: Lin, Goyal, Girshick, He & Dollár 2017, eq. 4 and 5; torchvision.
struct Focal {
  static Symbol expansion(const With<Symbol>& with, const Symbol& p, const Symbol& y) {
    const Symbol gamma(with.attributes.numbers[0]);
    const Rational& alpha = with.attributes.numbers[1];
    // y stands in xlogy and not before it: where it is 0 the logarithm does not count, nor its slope
    const Symbol true_ones = power(1 - p, gamma) * xlogy(y, p);
    const Symbol false_ones = power(p, gamma) * xlogy(1 - y, 1 - p);
    const Symbol all = alpha < 0
                           ? true_ones + false_ones
                           : Symbol(alpha) * true_ones + Symbol(Rational(1 - alpha)) * false_ones;
    return -(sum<Over::all>(all) / count<Over::all>(p));
  }

  static constexpr std::string_view name = "focal";
  static constexpr std::array<std::string_view, 1> other_names{"focal_loss"};
  static constexpr Takes takes = Takes::probabilities;
  static constexpr std::array settings{
      Setting{"gamma", "γ", "γ", "2", Range::not_negative,
              "how much less counts what is right already"},
      Setting{"alpha", "α", "α", "-1", Range::any, "the weight of the class 1; below 0: none"}};
  static constexpr Loss loss{
      .mean = Loss::Mean::of_entries, .threshold = 0.5, .targets = Loss::Targets::shares};
  static constexpr Reference reference{
      "focal(P, Y, gamma=2, alpha=-1): −(1/n) Σ (Y(1 − P)^γ ln P + (1 − Y)P^γ ln(1 − P)); alpha "
      "weighs the first term, 1 − alpha the second",
      "same shapes; a scalar", "of Y = 1: (1 − P)^γ (γ ln P/(1 − P) − 1/P), negated and over n",
      "none", "Lin et al. 2017, eq. 4"};
  static constexpr std::array samples{0.25, 0.5, 0.75};
};

}  // namespace tracer::op
