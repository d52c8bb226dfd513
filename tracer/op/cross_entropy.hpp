// `axis` says how a sample lies: 0, it is a column; 1, a row. Next: softmax_cross_entropy.hpp, the
// same of logits.
#pragma once

#include "tracer/op/room.hpp"
#include "tracer/op/softmax.hpp"
#include "tracer/op/softmax_cross_entropy.hpp"
#include "tracer/op/xlogy.hpp"

namespace tracer::op {

/// L = −(1/m) Σ Y ⊙ ln P, over m samples; P probabilities, Y targets (one-hot, or probabilities
/// themselves)
///   P̄ = −(1/m) Y ⊘ P
/// A class with Y = 0 costs nothing, whatever its P. Source: Bishop 2006, eq. 4.108.
struct CrossEntropy {
  static Symbol expansion(const With<Symbol>& with, const Symbol& p, const Symbol& y) {
    return -(sum<Over::all>(xlogy(y, p)) / sample_count(p, with.attributes.axis));
  }

  static constexpr std::string_view name = "cross_entropy";
  static constexpr std::array<std::string_view, 4> words{
      "crossentropyloss", "categoricalcrossentropy", "softmaxcrossentropy", "nllloss"};
  static constexpr bool by_sample = true;
  static constexpr Takes takes = Takes::probabilities;
  static constexpr bool spelled = true;
  static constexpr Loss loss{.mean = Loss::Mean::of_samples,
                             .picks = "ln",
                             .is_choice = true,
                             .targets = Loss::Targets::shares};
  /// After softmax:  Z̄ = (P ⊙ ΣY − Y)/m
  struct AfterSoftmax {
    using activation = Softmax;
    using joined = SoftmaxCrossEntropy;
    static constexpr std::array<std::string_view, 2> worked{"(1/m)(−yⱼ + pⱼ Σᵢ yᵢ)", "(pⱼ − yⱼ)/m"};
    static constexpr std::array<std::string_view, 2> worked_of_one{"−yⱼ + pⱼ Σᵢ yᵢ", "pⱼ − yⱼ"};
    static Symbol pullback(const With<Symbol>& with, const Symbol& l_bar, const Symbol& p,
                           const Symbol& y) {
      const int axis = with.attributes.axis;
      return l_bar * ((p * broadcast(sum(y, axis), p, axis) - y) / sample_count(p, axis));
    }
  };
  using output = AfterSoftmax;
  static constexpr Reference reference{"−(1/m) Σ Y ⊙ ln P over m samples; P are probabilities",
                                       "same shapes; a scalar", "−(1/m) Y ⊘ P", "none",
                                       "Bishop 2006, eq. 4.108"};
  static constexpr std::array samples{0.25, 0.5, 0.75};

  static Notation notation(std::span<const Operand> x, const Attributes& with) {
    const Size& samples = with.axis == 0 ? x[0].shape.columns : x[0].shape.rows;
    Notation terms = notation::words(
        "Σ", {notation::product({x[1].notation, notation::call("ln", {x[0].notation})},
                                Notation::Product::hadamard)});
    if (samples.is_one()) return notation::negate(std::move(terms));
    const Notation m = samples.name.empty() ? notation::number(std::to_string(samples.count))
                                            : notation::name(samples.name);
    return notation::negate(
        notation::product({notation::quotient(notation::number("1"), m), std::move(terms)}));
  }

  struct ReciprocalLeftOut : OfKind<mistake_kinds::log_slope_missing> {
    static constexpr std::string_view says =
        "the slope 1/{x} of the logarithm is left out of the loss";
    static Symbol pullback(const With<Symbol>& with, const Symbol& l_bar, const Symbol& /*l*/,
                           const Symbol& p, const Symbol& y) {
      return -(l_bar * y / sample_count(p, with.attributes.axis));
    }
  };
  struct TargetsIgnored : OfKind<mistake_kinds::targets_ignored> {
    static constexpr std::string_view says = mistake_says::targets_ignored;
    static Symbol pullback(const With<Symbol>& with, const Symbol& l_bar, const Symbol& /*l*/,
                           const Symbol& p, const Symbol& /*y*/) {
      return -(l_bar / p / sample_count(p, with.attributes.axis));
    }
  };
  /// P − Y is the gradient at the logits already; softmax's slope then comes on top of it.
  struct DifferenceForSlope : OfKind<mistake_kinds::output_slope_extra> {
    static constexpr std::string_view says = mistake_says::difference_for_slope;
    static Symbol pullback(const With<Symbol>& with, const Symbol& l_bar, const Symbol& /*l*/,
                           const Symbol& p, const Symbol& y) {
      return l_bar * (p - y) / sample_count(p, with.attributes.axis);
    }
  };
  using mistakes = Mistakes<ReciprocalLeftOut, TargetsIgnored, DifferenceForSlope>;
};

}  // namespace tracer::op
