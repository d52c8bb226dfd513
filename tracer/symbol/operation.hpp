// What is known of an operation without its scalar type: its name, its shapes, its notation, and
// its rules over symbols. op/ makes one of these from each room; the graph, the parser and the
// printer know operations only so. Next: symbol/symbol.hpp.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tracer/number/rational.hpp"
#include "tracer/symbol/notation.hpp"
#include "tracer/symbol/shape.hpp"

namespace tracer {

class Symbol;

/// What an application of an operation carries besides its operands.
struct Attributes {
  int axis = 0;  ///< softmax and its like: 0 each column is one sample, 1 each row
  Shape shape;   ///< broadcast, reshape, place: the shape to reach
  int row = 0;   ///< slice, place: the first row and column of the window
  int column = 0;
  std::vector<Rational> numbers;  ///< a leaky slope, a drop probability, an epsilon
  friend bool operator==(const Attributes&, const Attributes&) = default;
};

/// The algebra that simplification may use of an operation.
enum class Law {
  none,
  add,
  subtract,
  multiply,  ///< entry by entry
  divide,    ///< entry by entry
  negate,
  power,
  square,
  transpose,
  matmul,     ///< linear in both operands
  sum,        ///< of all entries, or along one side; linear
  broadcast,  ///< one number, row or column repeated to a matrix; linear
  linear      ///< linear in its one operand in another way: slices, reshapes
};

inline bool is_linear(Law law) {
  return law == Law::sum || law == Law::broadcast || law == Law::linear;
}

/// An operand as the notation of an operation sees it.
struct Operand {
  Notation notation;
  Shape shape;
};

/// What `help ops` and the language reference say of a function.
struct Reference {
  std::string_view definition;      ///< "y = tanh x"
  std::string_view shapes;          ///< "any; the result has the same"
  std::string_view derivative;      ///< "1 − y²"
  std::string_view kinks = "none";  ///< where there is no derivative, and what stands for it
  std::string_view source = "";     ///< where it can be read up
};

/// A rule that people write in place of an operation's own: what a diagnosis tries. The operand's
/// adjoint comes out, as by a pullback; ShapeError where the operation's shapes rule it out.
struct MistakenRule {
  std::string_view id;  ///< the class of mistakes: "softmax_diagonal"
  /// What was done, in half a sentence; {x} and {y} are the operand and the result.
  std::string_view says;
  int operand = 0;  ///< whose adjoint it is
  Symbol (*pullback)(const Attributes&, const Symbol& y_bar, const Symbol& y,
                     std::span<const Symbol>) = nullptr;
};

struct Operation {
  std::string_view name;  ///< unique: "tanh", "sum of each row"
  std::string_view call;  ///< the function of the language that makes it; empty: an operator or of
                          ///< the engine's own
  int arity = 1;
  Law law = Law::none;
  int axis = -1;  ///< of a sum: 0 down each column, 1 along each row, -1 over everything
  const Reference* reference = nullptr;

  /// The shape of the result. Throws ShapeError where the operands do not fit.
  Shape (*shape)(std::span<const Shape>, const Attributes&) = nullptr;
  Notation (*notation)(std::span<const Operand>, const Attributes&) = nullptr;
  /// A composite operation as an expression of others; null where it is elementary.
  Symbol (*expansion)(const Attributes&, std::span<const Symbol>) = nullptr;
  /// x̄ for each operand x of y, from ȳ, y and the operands; null: it follows from the expansion.
  std::vector<Symbol> (*pullback)(const Attributes&, const Symbol& y_bar, const Symbol& y,
                                  std::span<const Symbol>) = nullptr;
  /// Half a line on which piece of a piecewise function a scalar operand is on: "z1 > 0: passed on
  /// unchanged", and what that means for the slope. `x` names the operand, `sign` is its sign. Null
  /// where there is nothing to say.
  std::string (*side)(const std::string& x, int sign) = nullptr;
  std::string (*slope_side)(const std::string& x, int sign) = nullptr;
  std::span<const MistakenRule> mistakes;
};

/// The operation that stands for a law of arithmetic. Defined in op/all.cpp, which knows the
/// operations.
const Operation& operation_for(Law);

}  // namespace tracer
