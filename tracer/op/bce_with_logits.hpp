#pragma once

#include "tracer/op/room.hpp"
#include "tracer/op/sigmoid.hpp"
#include "tracer/op/softplus.hpp"

namespace tracer::op {

/// L = (1/n) Σ (softplus(Z) − Y ⊙ Z), over all n entries; Z logits
///   Z̄ = (1/n)(σ(Z) − Y)
/// The same as bce(sigmoid(Z), Y), without its overflow. Source: torch.nn.BCEWithLogitsLoss.
struct BceWithLogits {
  static Symbol expansion(const Symbol& z, const Symbol& y) {
    return sum<Over::all>(softplus(z) - y * z) / count<Over::all>(z);
  }

  static constexpr std::string_view name = "bce_with_logits";
  static constexpr std::array<std::string_view, 1> other_names{"binary_cross_entropy_with_logits"};
  static constexpr Takes takes = Takes::logits;
  static constexpr Loss loss{
      .mean = Loss::Mean::of_entries, .threshold = 0, .targets = Loss::Targets::shares};
  static constexpr Reference reference{
      "(1/n) Σ (softplus(Z) − Y ⊙ Z), which is bce(sigmoid(Z), Y); Z are logits",
      "same shapes; a scalar", "(1/n)(sigmoid(Z) − Y)", "none", "torch.nn.BCEWithLogitsLoss"};

  struct ExtraSlope : OfKind<mistake_kinds::output_slope_extra> {
    static constexpr std::string_view says = mistake_says::extra_slope;
    static Symbol pullback(const Symbol& l_bar, const Symbol& /*l*/, const Symbol& z,
                           const Symbol& y) {
      const Symbol p = sigmoid(z);
      return l_bar * ((p - y) * p * (1 - p) / count<Over::all>(z));
    }
  };
  struct SigmoidLeftOut : OfKind<mistake_kinds::logits_for_probabilities> {
    static constexpr std::string_view says =
        "{x} itself stands where its sigmoid belongs: {x} minus the targets";
    static Symbol pullback(const Symbol& l_bar, const Symbol& /*l*/, const Symbol& z,
                           const Symbol& y) {
      return l_bar * ((z - y) / count<Over::all>(z));
    }
  };
  using mistakes = Mistakes<ExtraSlope, SigmoidLeftOut>;
};

}  // namespace tracer::op
