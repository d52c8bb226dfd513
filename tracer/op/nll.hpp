// `axis` says how a sample lies: 0, it is a column; 1, a row.
#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

/// L = −(1/m) Σ Y ⊙ Q, over m samples; Q = ln P are log-probabilities, as log_softmax gives them
///   Q̄ = −(1/m) Y
/// Source: torch.nn.NLLLoss, of one-hot targets.
struct Nll {
  static Symbol expansion(const With<Symbol>& with, const Symbol& q, const Symbol& y) {
    return -(sum<Over::all>(y * q) / sample_count(q, with.attributes.axis));
  }

  static constexpr std::string_view name = "nll";
  static constexpr std::array<std::string_view, 1> other_names{"nll_loss"};
  static constexpr bool by_sample = true;
  static constexpr bool quadratic = true;
  static constexpr Loss loss{.mean = Loss::Mean::of_samples, .targets = Loss::Targets::shares};
  static constexpr Reference reference{
      "−(1/m) Σ Y ⊙ Q over m samples; Q are log-probabilities, log_softmax(Z)",
      "same shapes; a scalar", "−(1/m) Y", "none", "torch.nn.NLLLoss"};

  struct SignLost {
    static constexpr MistakeKind kind{"nll_sign_lost", 0};
    static constexpr std::string_view says = "the minus before the sum is lost";
    static Symbol pullback(const With<Symbol>& with, const Symbol& l_bar, const Symbol& /*l*/,
                           const Symbol& q, const Symbol& y) {
      return l_bar * y / sample_count(q, with.attributes.axis);
    }
  };
  using mistakes = Mistakes<SignLost>;
};

}  // namespace tracer::op
