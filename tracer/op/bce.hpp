#pragma once

#include "tracer/op/bce_with_logits.hpp"
#include "tracer/op/room.hpp"
#include "tracer/op/sigmoid.hpp"
#include "tracer/op/xlogy.hpp"

namespace tracer::op {

/// L = −(1/n) Σ (Y ⊙ ln P + (1 − Y) ⊙ ln(1 − P)), over all n entries; P probabilities
///   P̄ = (1/n)((1 − Y) ⊘ (1 − P) − Y ⊘ P)
/// Source: torch.nn.BCELoss, without its clamp of the logarithm at −100.
struct Bce {
  static Symbol expansion(const Symbol& p, const Symbol& y) {
    return -(sum<Over::all>(xlogy(y, p) + xlogy(1 - y, 1 - p)) / count<Over::all>(p));
  }

  static constexpr std::string_view name = "bce";
  static constexpr std::array<std::string_view, 1> other_names{"binary_cross_entropy"};
  static constexpr std::array<std::string_view, 3> words{"bceloss", "bcewithlogits",
                                                         "bcewithlogitsloss"};
  static constexpr Takes takes = Takes::probabilities;
  static constexpr Loss loss{.mean = Loss::Mean::of_entries,
                             .threshold = 0.5,
                             .is_choice = true,
                             .targets = Loss::Targets::shares};
  /// After sigmoid:  Z̄ = (1/n)(P − Y)
  struct AfterSigmoid {
    using activation = Sigmoid;
    using joined = BceWithLogits;
    static Symbol pullback(const Symbol& l_bar, const Symbol& p, const Symbol& y) {
      return l_bar * ((p - y) / count<Over::all>(p));
    }
  };
  using output = AfterSigmoid;
  static constexpr Reference reference{
      "−(1/n) Σ (Y ⊙ ln P + (1 − Y) ⊙ ln(1 − P)) over n entries; P are probabilities",
      "same shapes; a scalar", "(1/n)((1 − Y) ⊘ (1 − P) − Y ⊘ P)", "none", "torch.nn.BCELoss"};
  static constexpr std::array samples{0.25, 0.5, 0.75};

  struct DifferenceForSlope : OfKind<mistake_kinds::output_slope_extra> {
    static constexpr std::string_view says = mistake_says::difference_for_slope;
    static Symbol pullback(const Symbol& l_bar, const Symbol& /*l*/, const Symbol& p,
                           const Symbol& y) {
      return l_bar * (p - y) / count<Over::all>(p);
    }
  };
  struct ReciprocalLeftOut : OfKind<mistake_kinds::log_slope_missing> {
    static constexpr std::string_view says =
        "the slopes 1/{x} and 1/(1 − {x}) of the logarithms are left out of the loss";
    static Symbol pullback(const Symbol& l_bar, const Symbol& /*l*/, const Symbol& p,
                           const Symbol& y) {
      return l_bar * (1 - 2 * y) / count<Over::all>(p);
    }
  };
  struct OneTerm {
    static constexpr MistakeKind kind{"loss_term_missing", 0};
    static constexpr std::string_view says =
        "only −y/p is there: the slope of the second term, (1 − y) ln(1 − p), is left out";
    static Symbol pullback(const Symbol& l_bar, const Symbol& /*l*/, const Symbol& p,
                           const Symbol& y) {
      return -(l_bar * y / p / count<Over::all>(p));
    }
  };
  using mistakes = Mistakes<DifferenceForSlope, ReciprocalLeftOut, OneTerm>;
};

}  // namespace tracer::op
