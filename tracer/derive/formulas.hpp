// Formulas with a step's numbers in them: how they are written, and what they come to.
#pragma once

#include <functional>
#include <map>
#include <optional>

#include "tracer/derive/document.hpp"
#include "tracer/derive/rules.hpp"
#include "tracer/derive/run.hpp"
#include "tracer/graph/graph.hpp"
#include "tracer/symbol/symbol.hpp"

namespace tracer {

/// Numbers as a page shows them: every digit proved, `=` before what is exact and `≈` before what is
/// rounded.
class Show {
 public:
  /// What becomes of a number whose digits can't be proved.
  enum class Unproved {
    refused,  ///< it throws Undecided: there are more bits to be had
    shown,    ///< there are none: it prints as far as it is proved
    zeros     ///< only what is shown as 0, and no more could be said of it with more bits
  };
  /// Which entries of a matrix that is not printed whole have to have digits.
  enum class Entries { all, printed };
  /// `at_limit`: there are no more bits to be had, so what can't be proved prints as far as it is.
  Show(int digits, bool at_limit)
      : Show(digits, at_limit ? Unproved::shown : Unproved::refused, Entries::all) {}
  Show(int digits, Unproved unproved, Entries entries)
      : digits_(digits), unproved_(unproved), entries_(entries) {}

  /// A number, or a matrix whole where it is small, else its size, norm and corner. Throws
  /// Undecided.
  Notation operator()(const Array<Exact>&) const;
  Notation operator()(const Exact&) const;

  /// "= 0.25", "= 1/3 ≈ 0.3333333333", "≈ 0.7310585786". `carried_rounded`: the value was rounded
  /// on its line (--round).
  std::vector<Link> links(const Array<Exact>&, bool carried_rounded = false) const;
  Value value(const Array<Exact>&) const;
  /// "1.02": for headings and sentences.
  std::string text(const Exact&) const;
  /// For values that can't be told from 0: "|v| < 1e-300, not proved"; else nothing.
  std::string doubt(const Array<Exact>&) const;
  /// Whether all that a page has of a value can be told: then none of the above throws Undecided.
  bool tells(const Array<Exact>&) const;

  static bool fits(const Array<Exact>&);  ///< is printed whole

 private:
  Decimal decimal(const Exact&) const;
  Decimal decimal(const Exact&, int digits) const;
  std::string norm(const Array<Exact>&) const;
  int digits_;
  Unproved unproved_;
  Entries entries_;
};

constexpr int most_terms = 120;  ///< a formula with more is not written out: nobody reads it

/// Whether every number in it is exact, so that `=` may stand before it.
bool is_exact(const Notation&);

/// The value of a formula: the same formula that is printed, run on a tape of its own. `value(leaf)`
/// gives what a leaf of the formula stands for. Throws DomainError, Undecided.
Array<Exact> evaluate(const Symbol& formula,
                      const std::function<Array<Exact>(const Symbol&)>& value, Working working);

/// A single number in every entry of that shape, where that is what a formula came to.
Array<Exact> in_shape(Array<Exact> value, const Shape&);

class StepNumbers {
 public:
  StepNumbers(const Rules&, const StepRecord* record, const Show&, Working);
  /// Of a lesson in symbols: only these leaves have numbers.
  StepNumbers(const Rules&, std::map<Quantity, Array<Exact>> given, const Show&, Working);

  bool known() const { return record_ != nullptr; }
  /// What a leaf of a formula stands for: a value, an adjoint. Throws std::out_of_range for any
  /// other leaf.
  Array<Exact> of(const Symbol& leaf) const;
  Array<Exact> evaluate(const Symbol& formula) const;
  /// The formula with the numbers in it; nothing where a matrix would be too large to print.
  std::optional<Notation> written(const Symbol& formula) const;
  /// In a lesson in symbols: the formula with the numbers in it that some leaves do have; nothing
  /// where it uses none of them.
  std::optional<Notation> partly_written(const Symbol& formula) const;
  /// The factors of `written`, for a product that goes on: (−1.8788)(2.06).
  std::optional<std::vector<Notation>> factors(const Symbol& formula) const;
  Notation shown(const Array<Exact>& value) const { return show_(value); }

  /// Whether a formula, evaluated, is what the tape computed.
  bool agrees(const Symbol& formula, const Array<Exact>& computed) const;
  /// What a formula divides by that is a name and 0 here; nothing: nothing is. The rule of a norm has
  /// such a place, where 0/0 stands for 0.
  std::optional<Symbol> zero_divisor(const Symbol& formula) const;
  /// Each sample of a data leaf sums to 1, as one-hot targets do (axis 0: a sample is a column).
  bool samples_sum_to_one(const Symbol& leaf, int axis) const;

 private:
  bool printable(const Symbol& formula) const;
  const Rules& rules_;
  const StepRecord* record_;
  const Show& show_;
  Working working_;
  std::map<Quantity, Array<Exact>> given_;  // of a lesson in symbols
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
