// What batch_norm has on its way, and two parts of it as operations of their own, so that its rule can
// be written with them: x̂ and σ². `axis` says how a sample lies: 0, it is a column; 1, a row.
#pragma once

#include "tracer/op/batch_norm_eval.hpp"
#include "tracer/op/room.hpp"
#include "tracer/op/sqrt.hpp"

namespace tracer::op {

/// What batch_norm computes on its way; μ and σ² of each feature, the others spread over the batch as
/// Z is.
struct BatchStatistics {
  BatchStatistics(const With<Symbol>& with, const Symbol& z)
      : across(with.attributes.axis == 0 ? 1 : 0),
        m(sample_count(z, with.attributes.axis)),
        average(sum(z, across) / m),
        centred(z - broadcast(average, z, across)),
        variance(sum(centred * centred, across) / m),
        deviation(broadcast(sqrt(variance + epsilon_of(with)), z, across)),
        normal(centred / deviation) {}
  Symbol mean(const Symbol& x) const { return broadcast(sum(x, across) / m, x, across); }
  Symbol spread(const Symbol& feature) const { return broadcast(feature, centred, across); }

  int across;        ///< statistics run over the samples
  Symbol m;          ///< how many samples
  Symbol average;    ///< μ
  Symbol centred;    ///< Z − μ
  Symbol variance;   ///< σ², the biased one
  Symbol deviation;  ///< √(σ² + ε)
  Symbol normal;     ///< (Z − μ) ⊘ √(σ² + ε)

 private:
  /// ε, which σ² by itself has none of.
  static Symbol epsilon_of(const With<Symbol>& with) {
    return with.numbers.empty() ? Symbol(0) : with[0];
  }
};

/// x̂ = (Z − μ) ⊘ √(σ² + ε), with μ and σ² of each feature over the batch; with[0] is ε
struct BatchNormal {
  static Symbol expansion(const With<Symbol>& with, const Symbol& z) {
    return BatchStatistics(with, z).normal;
  }

  static constexpr std::string_view name = "batch_norm (normal)";
  static constexpr std::string_view call = "";
  static constexpr bool by_sample = true;
  static constexpr auto settings = BatchNormEval::settings;
  static constexpr std::string_view letter = "x̂";

  static Notation notation(std::span<const Operand> x, const Attributes&) {
    return notation::call(std::string(letter), {x[0].notation});
  }
};

/// σ² of each feature over the batch, divided by how many samples there are
struct BatchVariance {
  static Symbol expansion(const With<Symbol>& with, const Symbol& z) {
    return BatchStatistics(with, z).variance;
  }
  static Shape shape(std::span<const Shape> x, const Attributes& with) {
    return reduced(with.axis == 0 ? Over::each_row : Over::each_column, x[0]);
  }

  static constexpr std::string_view name = "batch_norm (variance)";
  static constexpr std::string_view call = "";
  static constexpr bool by_sample = true;
  static constexpr std::string_view letter = "σ²";

  static Notation notation(std::span<const Operand> x, const Attributes&) {
    return notation::call(std::string(letter), {x[0].notation});
  }
};

}  // namespace tracer::op
