// Batch normalisation and dropout. `axis` says how a sample lies: 0, it is a column; 1, a row.
#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

/// Y = γ ⊙ (Z − μ) ⊘ √(σ² + ε) + β, with μ and σ² of each feature over the batch; with[0] is ε
/// (1e-5)
///   Z : features × m (axis 0), γ, β : features × 1
/// The statistics depend on Z, so every sample moves every other's output. Its rule follows from
/// the formula. Source: Ioffe & Szegedy 2015, algorithm 1; the variance is the biased one.
struct BatchNorm {
  static constexpr std::string_view name = "batch_norm";
  static constexpr std::string_view call = "batch_norm";
  static constexpr int operands = 3;
  static constexpr bool composite = true;
  static constexpr Reference reference{
      "batch_norm(Z, gamma, beta, eps=1e-5, momentum=0.1): γ(Z − μ)/√(σ² + ε) + β over the batch",
      "Z: features×m; gamma, beta: features×1", "by the chain rule through μ and σ²", "none",
      "Ioffe & Szegedy 2015, algorithm 1"};
  static constexpr std::array samples{-2.0, 0.5, 1.5};
  static Shape shape(std::span<const Shape> x, const Attributes&);
  static Symbol expansion(const With<Symbol>& with, const Symbol& z, const Symbol& gamma,
                          const Symbol& beta);
};

/// Y = γ ⊙ (Z − μ) ⊘ √(σ² + ε) + β with running statistics μ, σ²: the evaluation mode of
/// batch_norm.
struct BatchNormEval {
  static constexpr std::string_view name = "batch_norm (evaluation)";
  static constexpr std::string_view call = "";
  static constexpr int operands = 5;
  static constexpr bool composite = true;
  static constexpr std::array samples{0.25, 0.5, 1.5};
  static Shape shape(std::span<const Shape> x, const Attributes&);
  static Symbol expansion(const With<Symbol>& with, const Symbol& z, const Symbol& gamma,
                          const Symbol& beta, const Symbol& mean, const Symbol& variance);
};

/// new = (1 − momentum)·old + momentum·(mean of each feature of Z over the batch); with[0] is the
/// momentum. What batch_norm keeps for its evaluation mode; nothing is differentiated for it.
struct RunningMean {
  static constexpr std::string_view name = "running mean";
  static constexpr std::string_view call = "";
  static constexpr int operands = 2;
  static constexpr bool composite = true;
  static constexpr std::array samples{-2.0, 0.5, 1.5};
  static Shape shape(std::span<const Shape> x, const Attributes&);
  static Symbol expansion(const With<Symbol>& with, const Symbol& old, const Symbol& z);
};

/// The same of the variance, the unbiased one (divided by m − 1), as in PyTorch.
struct RunningVariance {
  static constexpr std::string_view name = "running variance";
  static constexpr std::string_view call = "";
  static constexpr int operands = 2;
  static constexpr bool composite = true;
  static constexpr std::array samples{-2.0, 0.5, 1.5};
  static Shape shape(std::span<const Shape> x, const Attributes&);
  static Symbol expansion(const With<Symbol>& with, const Symbol& old, const Symbol& z);
};

/// Y = A ⊙ mask/(1 − p): what the mask keeps is scaled up, so that the mean stays; with[0] is p,
/// the probability to drop
///   Ā = Ȳ ⊙ mask/(1 − p)
/// Source: Srivastava et al. 2014, §10 (inverted dropout, as torch.nn.Dropout).
struct Dropout {
  static constexpr std::string_view name = "dropout";
  static constexpr std::string_view call = "dropout";
  static constexpr int operands = 2;
  static constexpr bool composite = true;
  static constexpr Reference reference{
      "dropout(A, p, mask=...): A ⊙ mask/(1 − p); p is the probability to drop",
      "mask as A; the result has the same", "mask/(1 − p)", "none", "Srivastava et al. 2014, §10"};
  static constexpr std::array samples{-2.0, 0.5, 1.5};
  static Symbol expansion(const With<Symbol>& with, const Symbol& a, const Symbol& mask) {
    return a * mask / (1 - with[0]);
  }
};

}  // namespace tracer::op
