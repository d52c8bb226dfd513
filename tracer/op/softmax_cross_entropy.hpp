// `axis` says how a sample lies: 0, it is a column; 1, a row.
#pragma once

#include "tracer/op/log_softmax.hpp"
#include "tracer/op/room.hpp"
#include "tracer/op/softmax.hpp"

namespace tracer::op {

/// L = −(1/m) Σ Y ⊙ log_softmax(Z), over m samples; Z logits
///   Z̄ = (softmax(Z) ⊙ ΣY − Y)/m,   which is (softmax(Z) − Y)/m where each sample's Y sums to 1
/// Source: torch.nn.CrossEntropyLoss (targets as class probabilities).
struct SoftmaxCrossEntropy {
  static Symbol expansion(const With<Symbol>& with, const Symbol& z, const Symbol& y) {
    const int axis = with.attributes.axis;
    return -(sum<Over::all>(y * log_softmax(z, axis)) / sample_count(z, axis));
  }
  static auto pullback(const With<Symbol>& with, const Symbol& l_bar, const Symbol& /*l*/,
                       const Symbol& z, const Symbol& y) {
    const int axis = with.attributes.axis;
    const Symbol m = sample_count(z, axis);
    return std::tuple{l_bar * ((softmax(z, axis) * broadcast(sum(y, axis), z, axis) - y) / m),
                      l_bar * (-log_softmax(z, axis) / m)};
  }

  static constexpr std::string_view name = "softmax_cross_entropy";
  static constexpr bool by_sample = true;
  static constexpr Takes takes = Takes::logits;
  static constexpr Loss loss{.mean = Loss::Mean::of_samples, .targets = Loss::Targets::shares};
  static constexpr Reference reference{
      "−(1/m) Σ Y ⊙ log_softmax(Z) over m samples; Z are logits", "same shapes; a scalar",
      "(softmax(Z) − Y)/m where each sample's Y sums to 1", "none", "torch.nn.CrossEntropyLoss"};

  struct ExtraSlope : OfKind<mistake_kinds::output_slope_extra> {
    static constexpr std::string_view says = mistake_says::extra_slope;
    static Symbol pullback(const With<Symbol>& with, const Symbol& l_bar, const Symbol& /*l*/,
                           const Symbol& z, const Symbol& y) {
      const int axis = with.attributes.axis;
      const Symbol p = softmax(z, axis);
      return l_bar * ((p - y) * p * (1 - p) / sample_count(z, axis));
    }
  };
  struct ExtraJacobian : OfKind<mistake_kinds::output_slope_extra> {
    static constexpr std::string_view says =
        "softmax minus the targets is the gradient at {x} already; the slopes of softmax are "
        "multiplied in once more";
    static Symbol pullback(const With<Symbol>& with, const Symbol& l_bar, const Symbol& /*l*/,
                           const Symbol& z, const Symbol& y) {
      const int axis = with.attributes.axis;
      const Symbol p = softmax(z, axis);
      const Symbol d = p - y;
      return l_bar * (p * (d - broadcast(sum(d * p, axis), p, axis)) / sample_count(z, axis));
    }
  };
  struct TargetsIgnored : OfKind<mistake_kinds::targets_ignored> {
    static constexpr std::string_view says = mistake_says::targets_ignored;
    static Symbol pullback(const With<Symbol>& with, const Symbol& l_bar, const Symbol& /*l*/,
                           const Symbol& z, const Symbol& /*y*/) {
      const int axis = with.attributes.axis;
      return l_bar * (softmax(z, axis) / sample_count(z, axis));
    }
  };
  struct SoftmaxLeftOut : OfKind<mistake_kinds::logits_for_probabilities> {
    static constexpr std::string_view says =
        "{x} itself stands where its softmax belongs: {x} minus the targets";
    static Symbol pullback(const With<Symbol>& with, const Symbol& l_bar, const Symbol& /*l*/,
                           const Symbol& z, const Symbol& y) {
      return l_bar * ((z - y) / sample_count(z, with.attributes.axis));
    }
  };
  struct Diagonal : OfKind<mistake_kinds::softmax_diagonal> {
    static constexpr std::string_view says =
        "the slope of softmax is taken as p(1 − p), entry by entry; but every entry of {x} moves "
        "every probability";
    static Symbol pullback(const With<Symbol>& with, const Symbol& l_bar, const Symbol& /*l*/,
                           const Symbol& z, const Symbol& y) {
      const int axis = with.attributes.axis;
      return -(l_bar * (y * (1 - softmax(z, axis)) / sample_count(z, axis)));
    }
  };
  struct ReciprocalLeftOut : OfKind<mistake_kinds::log_slope_missing> {
    static constexpr std::string_view says =
        "the slope 1/p of the logarithm is left out before the slopes of softmax";
    static Symbol pullback(const With<Symbol>& with, const Symbol& l_bar, const Symbol& /*l*/,
                           const Symbol& z, const Symbol& y) {
      const int axis = with.attributes.axis;
      const Symbol p = softmax(z, axis);
      return -(l_bar * (p * (y - broadcast(sum(y * p, axis), p, axis)) / sample_count(z, axis)));
    }
  };
  using mistakes = Mistakes<ExtraSlope, ExtraJacobian, TargetsIgnored, SoftmaxLeftOut, Diagonal,
                            ReciprocalLeftOut>;
};

}  // namespace tracer::op
