// `axis` says how a sample lies: 0, it is a column; 1, a row. Next: batch_statistics.hpp, its x̂ and σ²,
// then running_mean.hpp and running_variance.hpp, what it keeps for batch_norm_eval.hpp.
#pragma once

#include "tracer/op/batch_norm_eval.hpp"
#include "tracer/op/batch_statistics.hpp"
#include "tracer/op/running_mean.hpp"
#include "tracer/op/running_variance.hpp"

namespace tracer::op {

/// Y = γ ⊙ (Z − μ) ⊘ √(σ² + ε) + β, with μ and σ² of each feature over the batch; with[0] is ε
/// (1e-5)
///   Z : features × m (axis 0), γ, β : features × 1
///   Z̄ = γ ⊙ (Ȳ − mean Ȳ − x̂ ⊙ mean(Ȳ ⊙ x̂)) ⊘ √(σ² + ε)      directly, through μ, through σ²
///   γ̄ = Σ Ȳ ⊙ x̂, β̄ = Σ Ȳ over the batch
/// The statistics depend on Z, so every sample moves every other's output. Source: Ioffe & Szegedy
/// 2015, §3 and algorithm 1; the variance is the biased one.
struct BatchNorm {
  static Symbol expansion(const With<Symbol>& with, const Symbol& z, const Symbol& gamma,
                          const Symbol& beta) {
    const BatchStatistics of(with, z);
    return of.spread(gamma) * of.normal + of.spread(beta);
  }
  static auto pullback(const With<Symbol>& with, const Symbol& y_bar, const Symbol& /*y*/,
                       const Symbol& z, const Symbol& gamma, const Symbol& /*beta*/) {
    const BatchStatistics of(with, z);
    const Symbol normal = Symbol::apply(operation<BatchNormal>(), {z}, with.attributes);
    const Symbol variance =
        Symbol::apply(operation<BatchVariance>(), {z}, {.axis = with.attributes.axis});
    const auto mean = [&](const Symbol& x) {
      return of.spread(Symbol::apply(operation_for(Law::mean, of.across), {x}));
    };
    return std::tuple{of.spread(gamma) * (y_bar - mean(y_bar) - normal * mean(y_bar * normal)) /
                          of.spread(sqrt(variance + with[0])),
                      sum(y_bar * normal, of.across), sum(y_bar, of.across)};
  }
  static std::vector<std::pair<std::string, Symbol>> parts(const With<Symbol>& with,
                                                           const Symbol& z, const Symbol& /*gamma*/,
                                                           const Symbol& /*beta*/) {
    const BatchStatistics of(with, z);
    return {{"μ", of.average}, {"σ²", of.variance}, {"x̂", of.normal}};
  }
  static Shape shape(std::span<const Shape> x, const Attributes& with) {
    require_feature_vector("gamma", x[1], x[0], with.axis);
    require_feature_vector("beta", x[2], x[0], with.axis);
    return x[0];
  }

  static constexpr std::string_view name = "batch_norm";
  static constexpr std::array<std::string_view, 2> other_names{"batchnorm", "batch_normalization"};
  static constexpr bool by_sample = true;
  static constexpr auto settings = BatchNormEval::settings;
  static constexpr std::array states{LayerState{"running_mean", 0, &operation<RunningMean>},
                                     LayerState{"running_var", 1, &operation<RunningVariance>}};
  static constexpr Layer layer{.parameters = BatchNormEval::parameters,
                               .states = states,
                               .evaluation = &operation<BatchNormEval>,
                               .needs_batch = true,
                               .flag = "--batch-norm",
                               .flag_help = "before every hidden activation",
                               .line = "N"};
  static constexpr bool spelled = true;
  static std::vector<std::string> reasons(const std::string& y, const std::string& z,
                                          const Shape& /*shape*/, const Attributes& with) {
    const std::string line = with.axis == 0 ? "row" : "column";
    return {"μ = the mean of each " + line + " of " + z + ", over the batch",
            "σ² = the mean of each " + line + " of (" + z + " − μ)²",
            "x̂ = (" + z + " − μ) ⊘ √(σ² + ε): mean 0, variance 1",
            y + " = γ ⊙ x̂ + β: γ and β are learned"};
  }
  static std::string gradient_reason(std::size_t operand, const std::string& /*above*/,
                                     std::span<const std::string> /*names*/,
                                     const Attributes& /*with*/) {
    return operand == 0 ? "three terms: directly, through μ, through σ²" : "";
  }
  static constexpr Reference reference{
      "batch_norm(Z, gamma, beta, eps=1e-5, momentum=0.1): γ(Z − μ)/√(σ² + ε) + β over the batch",
      "Z: features×m; gamma, beta: features×1", "γ(Ȳ − mean Ȳ − x̂ mean(Ȳ x̂))/√(σ² + ε)", "none",
      "Ioffe & Szegedy 2015, algorithm 1"};

  static constexpr MistakeKind batchnorm_param_grads_from_dx{"batchnorm_param_grads_from_dx", 2};
  static constexpr MistakeKind batchnorm_param_grads{"batchnorm_param_grads", 0};
  static constexpr MistakeKind batchnorm_constant_stats{"batchnorm_constant_stats", 3};
  struct ConstantStatistics : OfKind<batchnorm_constant_stats> {
    static constexpr std::string_view says =
        "mean and variance of the batch are taken as constants; they move with {x}, and every "
        "sample moves every other";
    static Symbol pullback(const With<Symbol>& with, const Symbol& y_bar, const Symbol& /*y*/,
                           const Symbol& z, const Symbol& gamma, const Symbol& /*beta*/) {
      const BatchStatistics of(with, z);
      return y_bar * of.spread(gamma) / of.deviation;
    }
  };
  struct ConstantVariance : OfKind<batchnorm_constant_stats> {
    static constexpr std::string_view says =
        "the variance of the batch is taken as a constant; it moves with {x}";
    static Symbol pullback(const With<Symbol>& with, const Symbol& y_bar, const Symbol& /*y*/,
                           const Symbol& z, const Symbol& gamma, const Symbol& /*beta*/) {
      const BatchStatistics of(with, z);
      const Symbol g = y_bar * of.spread(gamma);
      return (g - of.mean(g)) / of.deviation;
    }
  };
  struct ConstantMean : OfKind<batchnorm_constant_stats> {
    static constexpr std::string_view says =
        "the mean of the batch is taken as a constant; it moves with {x}";
    static Symbol pullback(const With<Symbol>& with, const Symbol& y_bar, const Symbol& /*y*/,
                           const Symbol& z, const Symbol& gamma, const Symbol& /*beta*/) {
      const BatchStatistics of(with, z);
      const Symbol g = y_bar * of.spread(gamma);
      return (g - of.normal * of.mean(g * of.normal)) / of.deviation;
    }
  };
  struct GammaOfInput : OfKind<batchnorm_param_grads> {
    static constexpr std::string_view says =
        "the scale's gradient is made with {x} itself, not with {x} normalised";
    static constexpr int operand = 1;
    static Symbol pullback(const With<Symbol>& with, const Symbol& y_bar, const Symbol& /*y*/,
                           const Symbol& z, const Symbol& /*gamma*/, const Symbol& /*beta*/) {
      return sum(y_bar * z, BatchStatistics(with, z).across);
    }
  };
  struct GammaOfOutput : OfKind<batchnorm_param_grads> {
    static constexpr std::string_view says =
        "the scale's gradient is made with the result of the layer, not with {x} normalised";
    static constexpr int operand = 1;
    static Symbol pullback(const With<Symbol>& with, const Symbol& y_bar, const Symbol& y,
                           const Symbol& z, const Symbol& /*gamma*/, const Symbol& /*beta*/) {
      return sum(y_bar * y, BatchStatistics(with, z).across);
    }
  };
  struct GammaLeftOut {
    static constexpr MistakeKind kind{"batchnorm_gamma_missing", 0};
    static constexpr std::string_view says = "the scale γ is left out on the way back to {x}";
    static Symbol pullback(const With<Symbol>& with, const Symbol& y_bar, const Symbol& /*y*/,
                           const Symbol& z, const Symbol& /*gamma*/, const Symbol& /*beta*/) {
      const BatchStatistics of(with, z);
      return (y_bar - of.mean(y_bar) - of.normal * of.mean(y_bar * of.normal)) / of.deviation;
    }
  };
  struct DeviationLeftOut {
    static constexpr MistakeKind kind{"batchnorm_deviation_missing", 0};
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
  struct GammaFromBelow : OfKind<batchnorm_param_grads_from_dx> {
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
  struct BetaFromBelow : OfKind<batchnorm_param_grads_from_dx> {
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

  struct Evaluated {
    static constexpr MistakeKind kind{"batchnorm_evaluation", 0};
    static constexpr std::string_view says =
        "batch norm is in evaluation mode: with the running statistics that it starts with, and "
        "not with those of the batch";
    static Symbol make(const Instead& instead, std::span<const Symbol> x) {
      return Symbol::apply(operation<BatchNormEval>(),
                           {x[0], x[1], x[2], instead.states[0], instead.states[1]},
                           instead.with.attributes);
    }
  };
  struct Unbiased {
    static constexpr MistakeKind kind{"batchnorm_unbiased", 0};
    static constexpr std::string_view says =
        "the variance of the batch is divided by m − 1, where batch norm divides by m";
    static bool differs(std::span<const Shape> x, const Attributes& with) {
      return (with.axis == 0 ? x[0].columns : x[0].rows).count > 1;
    }
    static Symbol make(const Instead& instead, std::span<const Symbol> x) {
      const BatchStatistics of(instead.with, x[0]);
      const Symbol variance = sum(of.centred * of.centred, of.across) / (of.m - 1);
      const Symbol deviation = sqrt(variance + instead.with[0]);
      return of.spread(x[1]) * (of.centred / of.spread(deviation)) + of.spread(x[2]);
    }
  };
  using stand_ins = StandIns<Evaluated, Unbiased>;
};

}  // namespace tracer::op
