#pragma once

#include "tracer/op/compare.hpp"
#include "tracer/op/relu.hpp"
#include "tracer/op/room.hpp"

namespace tracer::op {

/// L = (1/n) Σ max(0, −Y ⊙ S), over all n entries; S scores, Y in −1, 1
///   S̄ = −(1/n) Y where Y ⊙ S ≤ 0, else 0
/// Corner where Y ⊙ S = 0: −Y/n is taken, for the perceptron counts a score of 0 as a mistake; else
/// it would never leave the weights 0 that it starts from. Source: Hastie, Tibshirani & Friedman
/// 2009, §4.5.1; the update is Rosenblatt's.
struct Perceptron {
  static Symbol expansion(const Symbol& s, const Symbol& y) {
    return sum<Over::all>(relu(-(y * s))) / count<Over::all>(s);
  }
  static auto pullback(const Symbol& l_bar, const Symbol& /*l*/, const Symbol& s, const Symbol& y) {
    const Symbol each = l_bar / count<Over::all>(s) * at_most(y * s, 0);
    return std::tuple{-(each * y), -(each * s)};
  }

  static constexpr std::string_view name = "perceptron";
  static constexpr std::array<std::string_view, 1> other_names{"perceptron_loss"};
  static constexpr bool quadratic = true;
  static constexpr Loss loss{
      .mean = Loss::Mean::of_entries, .threshold = 0, .targets = Loss::Targets::signs};
  static constexpr Reference reference{"(1/n) Σ max(0, −Y ⊙ S); Y is −1 or 1, S the scores",
                                       "same shapes; a scalar", "−Y/n where Y·S ≤ 0, else 0",
                                       "Y·S = 0: −Y/n is taken, a score of 0 is a mistake",
                                       "Hastie et al. 2009, §4.5.1"};

  static std::string gradient_reason(std::size_t operand, const std::string& /*above*/,
                                     std::span<const std::string> names,
                                     const Attributes& /*with*/) {
    return operand == 0 ? "where " + names[0] + " is 0 it counts as a mistake, by definition" : "";
  }

  static constexpr MistakeKind perceptron_mask{"perceptron_mask", 0};
  struct EverySample : OfKind<perceptron_mask> {
    static constexpr std::string_view says =
        "every sample takes part; those on the right side, Y·S > 0, have no slope";
    static Symbol pullback(const Symbol& l_bar, const Symbol& /*l*/, const Symbol& s,
                           const Symbol& y) {
      return -(l_bar * y / count<Over::all>(s));
    }
  };
  struct ZeroIsRight : OfKind<perceptron_mask> {
    static constexpr std::string_view says =
        "a score of 0 is taken as right; the perceptron counts it as a mistake";
    static Symbol pullback(const Symbol& l_bar, const Symbol& /*l*/, const Symbol& s,
                           const Symbol& y) {
      return -(l_bar * step(-(y * s)) * y / count<Over::all>(s));
    }
  };
  using mistakes = Mistakes<EverySample, ZeroIsRight>;
};

}  // namespace tracer::op
