#pragma once

#include "tracer/op/room.hpp"
#include "tracer/op/sqrt.hpp"

namespace tracer::op {

/// Y = γ ⊙ (Z − μ) ⊘ √(σ² + ε) + β with running statistics μ, σ²: the evaluation mode of
/// batch_norm.
struct BatchNormEval {
  static Symbol expansion(const With<Symbol>& with, const Symbol& z, const Symbol& gamma,
                          const Symbol& beta, const Symbol& mean, const Symbol& variance) {
    const int across = with.attributes.axis == 0 ? 1 : 0;
    return broadcast(gamma / sqrt(variance + with[0]), z, across) *
               (z - broadcast(mean, z, across)) +
           broadcast(beta, z, across);
  }
  static Shape shape(std::span<const Shape> x, const Attributes& with) {
    require_feature_vector("gamma", x[1], x[0], with.axis);
    require_feature_vector("beta", x[2], x[0], with.axis);
    require_feature_vector("the running mean", x[3], x[0], with.axis);
    require_feature_vector("the running variance", x[4], x[0], with.axis);
    return x[0];
  }

  static constexpr std::string_view name = "batch_norm (evaluation)";
  static constexpr std::string_view call = "";
  static constexpr bool by_sample = true;
  static constexpr std::array settings{
      Setting{"eps", "ε", "ε", "1e-5", Range::any, "keeps the divisor from 0"}};
  static constexpr std::array parameters{LayerVector{"gamma", 1, "weight"},
                                         LayerVector{"beta", 0, "bias"}};
  static constexpr Layer layer{.parameters = parameters};
  static constexpr std::array samples{0.25, 0.5, 1.5};
};

}  // namespace tracer::op
