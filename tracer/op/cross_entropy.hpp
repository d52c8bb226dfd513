// The losses of classification. Those that take probabilities and those that take logits are told
// apart by name. `axis` says how a sample lies: 0, it is a column; 1, a row. Cross-entropy averages
// over the samples, the binary losses over all entries.
#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

/// L = −(1/m) Σ Y ⊙ ln P, over m samples; P probabilities, Y targets (one-hot, or probabilities
/// themselves)
///   P̄ = −(1/m) Y ⊘ P
/// A class with Y = 0 costs nothing, whatever its P. Source: Bishop 2006, eq. 4.108.
struct CrossEntropy {
  static constexpr std::string_view name = "cross_entropy";
  static constexpr std::string_view call = "cross_entropy";
  static constexpr int operands = 2;
  static constexpr bool composite = true;
  static constexpr bool loss = true;
  static constexpr Reference reference{"−(1/m) Σ Y ⊙ ln P over m samples; P are probabilities",
                                       "same shapes; a scalar", "−(1/m) Y ⊘ P", "none",
                                       "Bishop 2006, eq. 4.108"};
  static constexpr std::array samples{0.25, 0.5, 0.75};
  static Shape shape(std::span<const Shape> x, const Attributes&);
  static Symbol expansion(const With<Symbol>& with, const Symbol& p, const Symbol& y) {
    return -(sum<Over::all>(xlogy(y, p)) / sample_count(p, with.attributes.axis));
  }
  static Notation notation(std::span<const Operand> x, const Attributes& with);

  struct ReciprocalLeftOut {
    static constexpr std::string_view id = "log_slope_missing";
    static constexpr std::string_view says =
        "the slope 1/{x} of the logarithm is left out of the loss";
    static Symbol pullback(const With<Symbol>& with, const Symbol& l_bar, const Symbol& /*l*/,
                           const Symbol& p, const Symbol& y) {
      return -(l_bar * y / sample_count(p, with.attributes.axis));
    }
  };
  struct TargetsIgnored {
    static constexpr std::string_view id = "targets_ignored";
    static constexpr std::string_view says = "the slope of the loss does not look at the targets";
    static Symbol pullback(const With<Symbol>& with, const Symbol& l_bar, const Symbol& /*l*/,
                           const Symbol& p, const Symbol& /*y*/) {
      return -(l_bar / p / sample_count(p, with.attributes.axis));
    }
  };
  /// P − Y is the gradient at the logits already; softmax's slope then comes on top of it.
  struct DifferenceForSlope {
    static constexpr std::string_view id = "output_slope_extra";
    static constexpr std::string_view says =
        "{x} minus the targets, which is the gradient before the softmax already, stands for the "
        "slope of the loss at {x}, and the softmax's slope is multiplied in once more";
    static Symbol pullback(const With<Symbol>& with, const Symbol& l_bar, const Symbol& /*l*/,
                           const Symbol& p, const Symbol& y) {
      return l_bar * (p - y) / sample_count(p, with.attributes.axis);
    }
  };
  using mistakes = Mistakes<ReciprocalLeftOut, TargetsIgnored, DifferenceForSlope>;
};

/// L = −(1/m) Σ Y ⊙ log_softmax(Z), over m samples; Z logits
///   Z̄ = (softmax(Z) ⊙ ΣY − Y)/m,   which is (softmax(Z) − Y)/m where each sample's Y sums to 1
/// Source: torch.nn.CrossEntropyLoss (targets as class probabilities).
struct SoftmaxCrossEntropy {
  static constexpr std::string_view name = "softmax_cross_entropy";
  static constexpr std::string_view call = "softmax_cross_entropy";
  static constexpr int operands = 2;
  static constexpr bool composite = true;
  static constexpr bool has_pullback = true;
  static constexpr bool loss = true;
  static constexpr Reference reference{
      "−(1/m) Σ Y ⊙ log_softmax(Z) over m samples; Z are logits", "same shapes; a scalar",
      "(softmax(Z) − Y)/m where each sample's Y sums to 1", "none", "torch.nn.CrossEntropyLoss"};
  static constexpr std::array samples{-2.0, 0.5, 1.5};
  static Shape shape(std::span<const Shape> x, const Attributes&);
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

  struct ExtraSlope {
    static constexpr std::string_view id = "output_slope_extra";
    static constexpr std::string_view says =
        "softmax minus the targets is the gradient at {x} already; the slope p(1 − p) is "
        "multiplied in once more";
    static Symbol pullback(const With<Symbol>& with, const Symbol& l_bar, const Symbol& /*l*/,
                           const Symbol& z, const Symbol& y) {
      const int axis = with.attributes.axis;
      const Symbol p = softmax(z, axis);
      return l_bar * ((p - y) * p * (1 - p) / sample_count(z, axis));
    }
  };
  struct ExtraJacobian {
    static constexpr std::string_view id = "output_slope_extra";
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
  struct TargetsIgnored {
    static constexpr std::string_view id = "targets_ignored";
    static constexpr std::string_view says = "the slope of the loss does not look at the targets";
    static Symbol pullback(const With<Symbol>& with, const Symbol& l_bar, const Symbol& /*l*/,
                           const Symbol& z, const Symbol& /*y*/) {
      const int axis = with.attributes.axis;
      return l_bar * (softmax(z, axis) / sample_count(z, axis));
    }
  };
  struct SoftmaxLeftOut {
    static constexpr std::string_view id = "logits_for_probabilities";
    static constexpr std::string_view says =
        "{x} itself stands where its softmax belongs: {x} minus the targets";
    static Symbol pullback(const With<Symbol>& with, const Symbol& l_bar, const Symbol& /*l*/,
                           const Symbol& z, const Symbol& y) {
      return l_bar * ((z - y) / sample_count(z, with.attributes.axis));
    }
  };
  struct Diagonal {
    static constexpr std::string_view id = "softmax_diagonal";
    static constexpr std::string_view says =
        "the slope of softmax is taken as p(1 − p), entry by entry; but every entry of {x} moves "
        "every probability";
    static Symbol pullback(const With<Symbol>& with, const Symbol& l_bar, const Symbol& /*l*/,
                           const Symbol& z, const Symbol& y) {
      const int axis = with.attributes.axis;
      return -(l_bar * (y * (1 - softmax(z, axis)) / sample_count(z, axis)));
    }
  };
  struct ReciprocalLeftOut {
    static constexpr std::string_view id = "log_slope_missing";
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

/// L = −(1/n) Σ (Y ⊙ ln P + (1 − Y) ⊙ ln(1 − P)), over all n entries; P probabilities
///   P̄ = (1/n)((1 − Y) ⊘ (1 − P) − Y ⊘ P)
/// Source: torch.nn.BCELoss, without its clamp of the logarithm at −100.
struct Bce {
  static constexpr std::string_view name = "bce";
  static constexpr std::string_view call = "bce";
  static constexpr int operands = 2;
  static constexpr bool composite = true;
  static constexpr bool loss = true;
  static constexpr Reference reference{
      "−(1/n) Σ (Y ⊙ ln P + (1 − Y) ⊙ ln(1 − P)) over n entries; P are probabilities",
      "same shapes; a scalar", "(1/n)((1 − Y) ⊘ (1 − P) − Y ⊘ P)", "none", "torch.nn.BCELoss"};
  static constexpr std::array samples{0.25, 0.5, 0.75};
  static Shape shape(std::span<const Shape> x, const Attributes&);
  static Symbol expansion(const Symbol& p, const Symbol& y) {
    return -(sum<Over::all>(xlogy(y, p) + xlogy(1 - y, 1 - p)) / count<Over::all>(p));
  }

  struct DifferenceForSlope {
    static constexpr std::string_view id = "output_slope_extra";
    static constexpr std::string_view says =
        "{x} minus the targets, which is the gradient before the sigmoid already, stands for the "
        "slope of the loss at {x}, and the sigmoid's slope is multiplied in once more";
    static Symbol pullback(const Symbol& l_bar, const Symbol& /*l*/, const Symbol& p,
                           const Symbol& y) {
      return l_bar * (p - y) / count<Over::all>(p);
    }
  };
  struct ReciprocalLeftOut {
    static constexpr std::string_view id = "log_slope_missing";
    static constexpr std::string_view says =
        "the slopes 1/{x} and 1/(1 − {x}) of the logarithms are left out of the loss";
    static Symbol pullback(const Symbol& l_bar, const Symbol& /*l*/, const Symbol& p,
                           const Symbol& y) {
      return l_bar * (1 - 2 * y) / count<Over::all>(p);
    }
  };
  struct OneTerm {
    static constexpr std::string_view id = "loss_term_missing";
    static constexpr std::string_view says =
        "only −y/p is there: the slope of the second term, (1 − y) ln(1 − p), is left out";
    static Symbol pullback(const Symbol& l_bar, const Symbol& /*l*/, const Symbol& p,
                           const Symbol& y) {
      return -(l_bar * y / p / count<Over::all>(p));
    }
  };
  using mistakes = Mistakes<DifferenceForSlope, ReciprocalLeftOut, OneTerm>;
};

/// L = (1/n) Σ (softplus(Z) − Y ⊙ Z), over all n entries; Z logits
///   Z̄ = (1/n)(σ(Z) − Y)
/// The same as bce(sigmoid(Z), Y), without its overflow. Source: torch.nn.BCEWithLogitsLoss.
struct BceWithLogits {
  static constexpr std::string_view name = "bce_with_logits";
  static constexpr std::string_view call = "bce_with_logits";
  static constexpr int operands = 2;
  static constexpr bool composite = true;
  static constexpr bool loss = true;
  static constexpr Reference reference{
      "(1/n) Σ (softplus(Z) − Y ⊙ Z), which is bce(sigmoid(Z), Y); Z are logits",
      "same shapes; a scalar", "(1/n)(sigmoid(Z) − Y)", "none", "torch.nn.BCEWithLogitsLoss"};
  static constexpr std::array samples{-2.0, 0.5, 1.5};
  static Shape shape(std::span<const Shape> x, const Attributes&);
  static Symbol expansion(const Symbol& z, const Symbol& y) {
    return sum<Over::all>(softplus(z) - y * z) / count<Over::all>(z);
  }

  struct ExtraSlope {
    static constexpr std::string_view id = "output_slope_extra";
    static constexpr std::string_view says =
        "sigmoid minus the targets is the gradient at {x} already; the slope p(1 − p) is "
        "multiplied in once more";
    static Symbol pullback(const Symbol& l_bar, const Symbol& /*l*/, const Symbol& z,
                           const Symbol& y) {
      const Symbol p = sigmoid(z);
      return l_bar * ((p - y) * p * (1 - p) / count<Over::all>(z));
    }
  };
  struct SigmoidLeftOut {
    static constexpr std::string_view id = "logits_for_probabilities";
    static constexpr std::string_view says =
        "{x} itself stands where its sigmoid belongs: {x} minus the targets";
    static Symbol pullback(const Symbol& l_bar, const Symbol& /*l*/, const Symbol& z,
                           const Symbol& y) {
      return l_bar * ((z - y) / count<Over::all>(z));
    }
  };
  using mistakes = Mistakes<ExtraSlope, SigmoidLeftOut>;
};

/// L = (1/n) Σ relu(1 − Y ⊙ S), over all n entries; S decision values, Y in −1, 1
///   S̄ = −(1/n) Y where Y ⊙ S < 1, else 0
/// Corner where Y ⊙ S = 1: 0 is taken, as relu does. Source: Hastie, Tibshirani & Friedman 2009,
/// eq. 12.25.
struct Hinge {
  static constexpr std::string_view name = "hinge";
  static constexpr std::string_view call = "hinge";
  static constexpr int operands = 2;
  static constexpr bool composite = true;
  static constexpr bool loss = true;
  static constexpr Reference reference{
      "(1/n) Σ relu(1 − Y ⊙ S); Y is −1 or 1, S the decision values", "same shapes; a scalar",
      "−Y/n where Y·S < 1, else 0", "Y·S = 1: 0 is taken", "Hastie et al. 2009, eq. 12.25"};
  static constexpr std::array samples{-2.0, 0.5, 1.5};
  static Shape shape(std::span<const Shape> x, const Attributes&);
  static Symbol expansion(const Symbol& s, const Symbol& y) {
    return sum<Over::all>(relu(1 - y * s)) / count<Over::all>(s);
  }

  struct PerceptronMask {
    static constexpr std::string_view id = "hinge_margin_ignored";
    static constexpr std::string_view says =
        "only samples on the wrong side take part, Y·S < 0; all with Y·S < 1 do";
    static Symbol pullback(const Symbol& l_bar, const Symbol& /*l*/, const Symbol& s,
                           const Symbol& y) {
      return -(l_bar * step(-(y * s)) * y / count<Over::all>(s));
    }
  };
  struct MarginIgnored {
    static constexpr std::string_view id = "hinge_margin_ignored";
    static constexpr std::string_view says =
        "every sample takes part; those with Y·S > 1 have no slope";
    static Symbol pullback(const Symbol& l_bar, const Symbol& /*l*/, const Symbol& s,
                           const Symbol& y) {
      return -(l_bar * y / count<Over::all>(s));
    }
  };
  using mistakes = Mistakes<MarginIgnored, PerceptronMask>;
};

}  // namespace tracer::op
