// A formula. Running a rule over symbols in place of numbers writes the formula of what it
// computes:
//     ∂L/∂a · Tanh::slope(z, a)  →  ∂L/∂a · (1 − a·a)
// A Symbol is an immutable expression, shared where it is used twice. Next: symbol/simplify.hpp.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tracer/symbol/operation.hpp"
#include "tracer/symbol/quantity.hpp"

namespace tracer {

class Symbol {
 public:
  enum class Kind {
    number,  ///< a rational constant; fits every shape
    size,    ///< how many there are of something: m for the batch; a number too, where it is known
    leaf,    ///< a named value: z1, W, ∂L/∂z1
    apply    ///< an operation on symbols
  };

  Symbol(int n) : Symbol(Rational(n)) {}  // NOLINT: literals in rules are ints
  Symbol(Rational number);                // NOLINT
  /// `display` is how it is written: by its name where that is left out.
  static Symbol leaf(Quantity stands_for, Notation display, Shape shape);
  static Symbol leaf(const Quantity& stands_for, Shape shape) {
    return leaf(stands_for, notation::name(stands_for.name), std::move(shape));
  }
  /// A count; prints as its name where it has one (1/m), as a number otherwise.
  static Symbol size(const Size&);
  /// An operation on operands. Throws ShapeError where they do not fit; scalars fit every operand
  /// of arithmetic.
  static Symbol apply(const Operation&, std::vector<Symbol> operands, Attributes = {});

  Kind kind() const { return term_->kind; }
  bool is_number() const { return kind() == Kind::number; }
  bool is_number(int n) const { return is_number() && number() == n; }
  bool is(Law law) const { return kind() == Kind::apply && operation().law == law; }
  const Rational& number() const { return term_->number; }
  /// Of a leaf; a size has its name there.
  const Quantity& stands_for() const { return term_->stands_for; }
  const Operation& operation() const { return *term_->operation; }
  const std::vector<Symbol>& operands() const { return term_->operands; }
  const Attributes& attributes() const { return term_->attributes; }
  const Shape& shape() const { return term_->shape; }
  const Notation& display() const { return term_->display; }
  const void* identity() const { return term_.get(); }
  std::size_t hash() const { return term_->hash; }
  /// How many terms it is written with, shared ones counted each time.
  int weight() const { return term_->weight; }

  /// The same formula (not: the same function).
  friend bool operator==(const Symbol& a, const Symbol& b);

 private:
  struct Term {
    Kind kind = Kind::number;
    Rational number;
    Quantity stands_for = Quantity::value;
    Notation display;
    const Operation* operation = nullptr;
    std::vector<Symbol> operands;
    Attributes attributes;
    Shape shape;
    std::size_t hash = 0;
    int weight = 1;
  };
  explicit Symbol(std::shared_ptr<const Term> term) : term_(std::move(term)) {}
  static Symbol make(Term);
  std::shared_ptr<const Term> term_;
};

/// One number in every entry of a matrix.
inline bool is_spread(const Symbol& e) {
  return e.is(Law::broadcast) && e.operands()[0].shape().is_scalar() && !e.shape().is_scalar();
}

/// `formula` with leaves replaced: `of` returns the replacement of a leaf, or nothing to keep it.
Symbol substitute(const Symbol& formula,
                  const std::function<std::optional<Symbol>(const Symbol&)>& of);

/// Whether a leaf that stands for it occurs; and the formula with another in its place.
bool mentions(const Symbol& formula, const Quantity&);
Symbol substitute(const Symbol& formula, const Quantity&, const Symbol& in_its_place);

/// How a formula is written. `of` gives the notation of a leaf (its value, when numbers are to be
/// put in); where it gives nothing the leaf's own display stands. With `numbers`, factors are
/// juxtaposed: (1.02)(2).
struct Writing {
  /// Asked for leaves, sizes, slopes, and transposes and windows of leaves; may be empty.
  std::function<std::optional<Notation>(const Symbol&)> of;
  bool numbers = false;
  bool decimals = false;  ///< 0.5 in place of ½: settings are given so
};
Notation write(const Symbol& formula, const Writing& = {});

/// A rational as it stands in a formula: 0.01, 3, 1/3, ½.
Notation write_number(const Rational&, bool decimals = false);

}  // namespace tracer
