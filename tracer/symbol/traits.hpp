// What an operation is to those who use it, besides its value and its rule: a loss, the output that
// goes with it, an activation, a layer. A room (op/) states what holds of it, and whoever wants to
// know asks the Operation; nobody asks which operation it is. Next: symbol/operation.hpp.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "tracer/number/rational.hpp"

namespace tracer {

class Symbol;
struct Attributes;
struct Operation;

/// A place where the slope of a function of one entry jumps.
struct Kink {
  Rational at;     ///< x there
  Rational below;  ///< the slope beside it, where x is smaller
  Rational
      above;  ///< and where it is larger; equal to `below` where this choice of numbers has none
  Rational taken;  ///< what stands for the slope at the kink
};

/// What an operation asks of its first operand; `probabilities` are from 0 to 1.
enum class Takes { anything, positive, probabilities, logits };

/// A loss of an output (operand 0) and targets (operand 1).
struct Loss {
  enum class Mean { of_entries, of_samples };
  Mean mean;
  /// Where an output is on neither side of two classes; none: it is no loss of two classes.
  std::optional<double> threshold = std::nullopt;
  /// Of a sample whose targets are 1 for one class and else 0 the loss is minus this function of
  /// that class's probability: "ln". Empty: of all entries.
  std::string_view picks = "";
  bool is_choice = false;  ///< whether `train --loss` may name it
  /// What each of its targets is: from 0 to 1 (a class, or its share), or −1 or 1.
  enum class Targets { anything, shares, signs };
  Targets targets = Targets::anything;
};

/// An activation and a loss of its result that are derived as one: softmax under cross-entropy.
/// The loss's room says so. `joined`, where there is one, is the same loss of what goes into the
/// activation, as an operation.
struct OutputPair {
  const Operation& (*activation)() = nullptr;
  const Operation& (*loss)() = nullptr;
  const Operation& (*joined)() = nullptr;
  /// z̄ of what goes into the activation, from the adjoint of the loss, the activation's result p
  /// and the targets y.
  Symbol (*pullback)(const Attributes&, const Symbol& l_bar, const Symbol& p,
                     const Symbol& y) = nullptr;
  /// One entry of z̄, where each sample's targets sum to 1: the sum over all p that z moves, and
  /// what is left of it. Over a batch, and of one sample. Empty: there is nothing to explain.
  std::array<std::string_view, 2> worked = {}, worked_of_one = {};
};

/// An activation of hidden units: `train --activation` may name it.
struct HiddenUnits {
  std::string_view initialiser = "kaiming";  ///< of the weights before it
  bool is_common = false;      ///< so common that its slope is met where that of another belongs
  std::string_view idle = "";  ///< what units are called that no longer learn: "dead"
  bool (*is_idle)(double y) = nullptr;  ///< whether a result says so; null: they always learn
};

/// A vector of a layer, with one entry a feature.
struct LayerVector {
  std::string_view name;   ///< "gamma"
  int start = 0;           ///< what every entry is at first
  std::string_view torch;  ///< of a parameter: what PyTorch calls it, "weight" or "bias"
};

/// A statistic that a layer keeps from step to step: `update` makes the new one from the old one
/// and the layer's input, with the numbers that it has settings for.
struct LayerState {
  std::string_view name;  ///< "running_mean"
  int start = 0;
  const Operation& (*update)() = nullptr;
};

/// A function with parameters, statistics or a mask of its own. Its operands are its input, its
/// parameters, and the mask.
struct Layer {
  std::span<const LayerVector> parameters = {};
  std::span<const LayerState> states = {};
  /// In evaluation mode: an operation of the input, the parameters and the states; null: the input
  /// as it is.
  const Operation& (*evaluation)() = nullptr;
  /// The mask has zeros and ones, drawn anew at each step: 0 with the probability that the first
  /// number is.
  bool has_mask = false;
  bool needs_batch = false;  ///< in training a single sample is not enough for its statistics

  // How `train --layers` puts it beside every hidden activation.
  std::string_view flag = "";  ///< "--batch-norm"; empty: it does not
  std::string_view flag_help = "";
  std::string_view line = "";  ///< the name of its lines: "N" for N1, N2
  bool after_activation = false;
  bool flag_has_number = false;  ///< the flag gives the layer's first number
};

}  // namespace tracer
