// Formulas with a step's numbers in them: how they are written, and what they come to.
#pragma once

#include <optional>

#include "tracer/derive/rules.hpp"
#include "tracer/derive/run.hpp"
#include "tracer/derive/show.hpp"

namespace tracer {

class StepNumbers {
 public:
  /// `record` null: a lesson in symbols, nothing has a number.
  StepNumbers(const Rules&, const StepRecord* record, const Show&, Working);

  bool known() const { return record_ != nullptr; }
  /// What a leaf of a formula stands for: a value, an adjoint. Throws std::out_of_range for any
  /// other leaf.
  Array<Exact> of(const Symbol& leaf) const;
  Array<Exact> evaluate(const Symbol& formula) const;
  /// The formula with the numbers in it; nothing where a matrix would be too large to print.
  std::optional<Notation> written(const Symbol& formula) const;
  /// The factors of that, for a product that goes on: (−1.8788)(2.06).
  std::optional<std::vector<Notation>> factors(const Symbol& formula) const;
  Notation shown(const Array<Exact>& value) const { return show_(value); }

  /// Whether a formula, evaluated, is what the tape computed.
  bool agrees(const Symbol& formula, const Array<Exact>& computed) const;
  /// Each sample of a data leaf sums to 1, as one-hot targets do (axis 0: a sample is a column).
  bool samples_sum_to_one(const Symbol& leaf, int axis) const;

 private:
  bool printable(const Symbol& formula) const;
  const Rules& rules_;
  const StepRecord* record_;
  const Show& show_;
  Working working_;
};

/// Whether its matrices, side by side, have so few digits in a row that somebody may read them.
bool is_legible(const Notation&);

/// The rule of a value that a single line uses, with the rule of that line's own gradient put in,
/// where both together are simpler than each: (P − Y)/m for softmax under cross-entropy, a − y for
/// sigmoid under binary cross-entropy. `unit_sums` is set where it holds only because each sample
/// of a target sums to 1.
struct Fusion {
  Symbol formula{0};
  bool unit_sums = false;
};
std::optional<Fusion> two_steps_as_one(const Rules&, const StepNumbers&, const GradientRule&);

}  // namespace tracer
