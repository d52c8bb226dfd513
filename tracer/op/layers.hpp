// Batch normalisation and dropout. `axis` says how a sample lies: 0, it is a column; 1, a row.
#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

/// What batch_norm computes on its way: each spread over the batch, as Z is.
struct BatchStatistics {
  BatchStatistics(const With<Symbol>& with, const Symbol& z)
      : across(with.attributes.axis == 0 ? 1 : 0),
        m(sample_count(z, with.attributes.axis)),
        centred(z - broadcast(sum(z, across) / m, z, across)),
        deviation(broadcast(sqrt(sum(centred * centred, across) / m + with[0]), z, across)),
        normal(centred / deviation) {}
  Symbol mean(const Symbol& x) const { return broadcast(sum(x, across) / m, x, across); }
  Symbol spread(const Symbol& feature) const { return broadcast(feature, centred, across); }

  int across;        ///< statistics run over the samples
  Symbol m;          ///< how many samples
  Symbol centred;    ///< Z − μ
  Symbol deviation;  ///< √(σ² + ε)
  Symbol normal;     ///< (Z − μ) ⊘ √(σ² + ε)
};

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

  struct ConstantStatistics {
    static constexpr std::string_view id = "batchnorm_constant_stats";
    static constexpr std::string_view says =
        "mean and variance of the batch are taken as constants; they move with {x}, and every "
        "sample moves every other";
    static Symbol pullback(const With<Symbol>& with, const Symbol& y_bar, const Symbol& /*y*/,
                           const Symbol& z, const Symbol& gamma, const Symbol& /*beta*/) {
      const BatchStatistics of(with, z);
      return y_bar * of.spread(gamma) / of.deviation;
    }
  };
  struct ConstantVariance {
    static constexpr std::string_view id = "batchnorm_constant_stats";
    static constexpr std::string_view says =
        "the variance of the batch is taken as a constant; it moves with {x}";
    static Symbol pullback(const With<Symbol>& with, const Symbol& y_bar, const Symbol& /*y*/,
                           const Symbol& z, const Symbol& gamma, const Symbol& /*beta*/) {
      const BatchStatistics of(with, z);
      const Symbol g = y_bar * of.spread(gamma);
      return (g - of.mean(g)) / of.deviation;
    }
  };
  struct ConstantMean {
    static constexpr std::string_view id = "batchnorm_constant_stats";
    static constexpr std::string_view says =
        "the mean of the batch is taken as a constant; it moves with {x}";
    static Symbol pullback(const With<Symbol>& with, const Symbol& y_bar, const Symbol& /*y*/,
                           const Symbol& z, const Symbol& gamma, const Symbol& /*beta*/) {
      const BatchStatistics of(with, z);
      const Symbol g = y_bar * of.spread(gamma);
      return (g - of.normal * of.mean(g * of.normal)) / of.deviation;
    }
  };
  struct GammaOfInput {
    static constexpr std::string_view id = "batchnorm_param_grads";
    static constexpr std::string_view says =
        "the scale's gradient is made with {x} itself, not with {x} normalised";
    static constexpr int operand = 1;
    static Symbol pullback(const With<Symbol>& with, const Symbol& y_bar, const Symbol& /*y*/,
                           const Symbol& z, const Symbol& /*gamma*/, const Symbol& /*beta*/) {
      return sum(y_bar * z, BatchStatistics(with, z).across);
    }
  };
  struct GammaOfOutput {
    static constexpr std::string_view id = "batchnorm_param_grads";
    static constexpr std::string_view says =
        "the scale's gradient is made with the result of the layer, not with {x} normalised";
    static constexpr int operand = 1;
    static Symbol pullback(const With<Symbol>& with, const Symbol& y_bar, const Symbol& y,
                           const Symbol& z, const Symbol& /*gamma*/, const Symbol& /*beta*/) {
      return sum(y_bar * y, BatchStatistics(with, z).across);
    }
  };
  struct GammaLeftOut {
    static constexpr std::string_view id = "batchnorm_gamma_missing";
    static constexpr std::string_view says = "the scale γ is left out on the way back to {x}";
    static Symbol pullback(const With<Symbol>& with, const Symbol& y_bar, const Symbol& /*y*/,
                           const Symbol& z, const Symbol& /*gamma*/, const Symbol& /*beta*/) {
      const BatchStatistics of(with, z);
      return (y_bar - of.mean(y_bar) - of.normal * of.mean(y_bar * of.normal)) / of.deviation;
    }
  };
  struct DeviationLeftOut {
    static constexpr std::string_view id = "batchnorm_deviation_missing";
    static constexpr std::string_view says =
        "the division by √(σ² + ε) is left out on the way back to {x}";
    static Symbol pullback(const With<Symbol>& with, const Symbol& y_bar, const Symbol& /*y*/,
                           const Symbol& z, const Symbol& gamma, const Symbol& /*beta*/) {
      const BatchStatistics of(with, z);
      const Symbol g = y_bar * of.spread(gamma);
      return g - of.mean(g) - of.normal * of.mean(g * of.normal);
    }
  };
  /// What came from above was overwritten by what goes down.
  static Symbol below(const BatchStatistics& of, const Symbol& y_bar, const Symbol& gamma) {
    const Symbol g = y_bar * of.spread(gamma);
    return (g - of.mean(g) - of.normal * of.mean(g * of.normal)) / of.deviation;
  }
  struct GammaFromBelow {
    static constexpr std::string_view id = "batchnorm_param_grads_from_dx";
    static constexpr std::string_view says =
        "the scale's gradient is made from the gradient below the normalisation, not from the one "
        "above it";
    static constexpr int operand = 1;
    static Symbol pullback(const With<Symbol>& with, const Symbol& y_bar, const Symbol& /*y*/,
                           const Symbol& z, const Symbol& gamma, const Symbol& /*beta*/) {
      const BatchStatistics of(with, z);
      return sum(below(of, y_bar, gamma) * of.normal, of.across);
    }
  };
  struct BetaFromBelow {
    static constexpr std::string_view id = "batchnorm_param_grads_from_dx";
    static constexpr std::string_view says =
        "the shift's gradient is made from the gradient below the normalisation, not from the one "
        "above it";
    static constexpr int operand = 2;
    static Symbol pullback(const With<Symbol>& with, const Symbol& y_bar, const Symbol& /*y*/,
                           const Symbol& z, const Symbol& gamma, const Symbol& /*beta*/) {
      const BatchStatistics of(with, z);
      return sum(below(of, y_bar, gamma), of.across);
    }
  };
  using mistakes =
      Mistakes<ConstantStatistics, ConstantVariance, ConstantMean, GammaOfInput, GammaOfOutput,
               GammaLeftOut, DeviationLeftOut, GammaFromBelow, BetaFromBelow>;
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

  struct MaskLeftOut {
    static constexpr std::string_view id = "dropout_mask_missing";
    static constexpr std::string_view says =
        "the mask is left out on the way back: what was dropped gets a gradient";
    static Symbol pullback(const With<Symbol>& with, const Symbol& y_bar, const Symbol& /*y*/,
                           const Symbol& /*a*/, const Symbol& /*mask*/) {
      return y_bar / (1 - with[0]);
    }
  };
  struct LeftOut {
    static constexpr std::string_view id = "dropout_mask_missing";
    static constexpr std::string_view says =
        "dropout is left out on the way back: neither mask nor scale";
    static Symbol pullback(const Symbol& y_bar, const Symbol& /*y*/, const Symbol& /*a*/,
                           const Symbol& /*mask*/) {
      return y_bar;
    }
  };
  struct ScaleLeftOut {
    static constexpr std::string_view id = "dropout_scale";
    static constexpr std::string_view says =
        "the mask is there, but its scale 1/(1 − p) is left out on the way back";
    static Symbol pullback(const Symbol& y_bar, const Symbol& /*y*/, const Symbol& /*a*/,
                           const Symbol& mask) {
      return y_bar * mask;
    }
  };
  struct ScaleTurned {
    static constexpr std::string_view id = "dropout_scale";
    static constexpr std::string_view says =
        "what the mask keeps is multiplied by 1 − p on the way back; the forward pass divides";
    static Symbol pullback(const With<Symbol>& with, const Symbol& y_bar, const Symbol& /*y*/,
                           const Symbol& /*a*/, const Symbol& mask) {
      return y_bar * mask * (1 - with[0]);
    }
  };
  struct Twice {
    static constexpr std::string_view id = "dropout_twice";
    static constexpr std::string_view says =
        "dropout is applied twice on the way back: its scale 1/(1 − p) comes in squared";
    static Symbol pullback(const With<Symbol>& with, const Symbol& y_bar, const Symbol& /*y*/,
                           const Symbol& /*a*/, const Symbol& mask) {
      return y_bar * mask / ((1 - with[0]) * (1 - with[0]));
    }
  };
  struct DroppedForKept {
    static constexpr std::string_view id = "dropout_scale";
    static constexpr std::string_view says =
        "what the mask keeps is divided by p, the share that is dropped, in place of 1 − p";
    static Symbol pullback(const With<Symbol>& with, const Symbol& y_bar, const Symbol& /*y*/,
                           const Symbol& /*a*/, const Symbol& mask) {
      return y_bar * mask / with[0];
    }
  };
  using mistakes = Mistakes<MaskLeftOut, LeftOut, ScaleLeftOut, ScaleTurned, Twice, DroppedForKept>;
};

}  // namespace tracer::op
