// What is known of an operation without its scalar type: its name, its shapes, its notation, its
// rules over symbols, and what it is to those who use it. op/ makes one of these from each room;
// the graph, the parser, the printer, training and diagnosis know operations only so.
// Next: symbol/traits.hpp, symbol/symbol.hpp.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tracer/number/rational.hpp"
#include "tracer/number/setting.hpp"
#include "tracer/symbol/notation.hpp"
#include "tracer/symbol/shape.hpp"
#include "tracer/symbol/traits.hpp"

namespace tracer {

class Symbol;

/// What an application of an operation carries besides its operands.
struct Attributes {
  int axis = 0;      ///< softmax and its like: 0 each column is one sample, 1 each row
  Shape shape = {};  ///< broadcast, reshape, place: the shape to reach
  int row = 0;       ///< slice, place: the first row and column of the window
  int column = 0;
  std::vector<Rational> numbers = {};  ///< the values of Operation::settings, in their order
  friend bool operator==(const Attributes&, const Attributes&) = default;
};

/// The same as a rule sees them: the numbers are of the kind that it runs over.
template <class V>
struct With {
  const Attributes& attributes;
  const std::vector<V>& numbers;
  const V& operator[](std::size_t i) const { return numbers[i]; }
};

/// The structure of an operation that others build on: the algebra that simplification may use, and
/// how values are moved about.
enum class Law {
  none,
  identity,
  add,
  subtract,
  multiply,  ///< entry by entry
  divide,    ///< entry by entry
  negate,
  power,
  square,
  transpose,
  matmul,           ///< linear in both operands
  sum,              ///< of all entries, or along one side; linear
  mean,             ///< the same, divided by how many there are
  broadcast,        ///< one number, row or column repeated to a matrix; linear
  reshape,          ///< the same entries in another shape; linear
  slice,            ///< a window; linear
  place,            ///< a window filled, zeros around it; linear
  unit,             ///< the unit matrix I in the shape of the operand
  diagonal,         ///< of a square matrix its diagonal, a column; linear
  diagonal_matrix,  ///< of a column the matrix that has it on its diagonal; linear
  concat            ///< two matrices side by side, or one below the other
};

/// Whether it moves the entries of one operand to other places, and does nothing else to them.
inline bool is_rearrangement(Law law) {
  return law == Law::reshape || law == Law::slice || law == Law::place;
}

/// Whether it is written as the call of a function, and simplification knows nothing of it.
inline bool is_call(Law law) {
  return law == Law::none || law == Law::identity || law == Law::mean || law == Law::concat ||
         law == Law::diagonal || law == Law::diagonal_matrix;
}

/// Linear in its one operand.
inline bool is_linear(Law law) {
  return law == Law::sum || law == Law::broadcast || is_rearrangement(law);
}

/// An operand as the notation of an operation sees it.
struct Operand {
  Notation notation;
  Shape shape;
};

/// What an operand without a name is called where a reason names operands.
inline constexpr std::string_view unnamed_operand = "its argument";

/// What `help ops` and the language reference say of a function.
struct Reference {
  std::string_view definition;      ///< "y = tanh x"
  std::string_view shapes;          ///< "any; the result has the same"
  std::string_view derivative;      ///< "1 − y²"
  std::string_view kinks = "none";  ///< where there is no derivative, and what stands for it
  std::string_view source = "";     ///< where it can be read up
};

/// A class of mistakes. `seen` is how many of some 115 wrong implementations, out of published code
/// and questions about it, had it: the more, the less surprising.
struct MistakeKind {
  std::string_view id;  ///< "softmax_diagonal"
  int seen;
  constexpr MistakeKind(std::string_view known_as, int times) : id(known_as), seen(times) {}
};

/// A rule that people write in place of an operation's own: what a diagnosis tries. The operand's
/// adjoint comes out, as by a pullback; ShapeError where the operation's shapes rule it out.
struct MistakenRule {
  MistakeKind kind;
  /// What was done, in half a sentence; {x} and {y} are the operand and the result, {a} and {b} two
  /// operands, {f} the activation that goes with a loss.
  std::string_view says;
  int operand = 0;  ///< whose adjoint it is
  Symbol (*pullback)(const Attributes&, const Symbol& y_bar, const Symbol& y,
                     std::span<const Symbol>) = nullptr;
};

/// What a stand-in is made of besides the operands.
struct Instead {
  With<Symbol> with;
  const Symbol& number;            ///< of StandIn::numbers, the one that is tried
  std::span<const Symbol> states;  ///< as Layer::states has them
};

/// What people put in the place of an operation in the forward pass: batch norm in evaluation mode,
/// dropout that is off. It has the right gradients of another network.
struct StandIn {
  MistakeKind kind;
  std::string_view says;  ///< what was done; {number} is the one that was tried
  Symbol (*make)(const Instead&, std::span<const Symbol> x) = nullptr;
  /// Whether it is another function of such operands; null: of all.
  bool (*differs)(std::span<const Shape>, const Attributes&) = nullptr;
  std::span<const std::string_view> numbers = {};  ///< tried in turn: "0.01"; empty: it has none
  /// A choice that is made once for a whole network: tried at all places together, not at one alone.
  bool everywhere = false;
  /// A number by which a line is known that writes the stand-in out ("0.044715"), and what is said
  /// where the operation itself stands in the place of such a line. Empty: nothing is.
  std::string_view known_by = "", says_turned = "";
};

struct Operation {
  std::string_view name;  ///< unique: "tanh", "sum of each row"
  std::string_view call;  ///< the function of the language that makes it; empty: an operator or of
                          ///< the engine's own
  std::span<const std::string_view> other_names = {};  ///< NumPy's and PyTorch's for `call`
  /// PyTorch's and scikit-learn's other words for it where `train --layers` lets it be chosen, in
  /// small letters without spaces, - and _.
  std::span<const std::string_view> words = {};
  int arity = 1;
  Law law = Law::none;
  /// Of a sum or a broadcast, their like, and concat: 0 down each column, 1 along each row, -1 over
  /// everything.
  int axis = -1;
  std::span<const Setting> settings = {};  ///< its numbers
  const Reference* reference = nullptr;

  /// The shape of the result. Throws ShapeError where the operands do not fit.
  Shape (*shape)(std::span<const Shape>, const Attributes&) = nullptr;
  Notation (*notation)(std::span<const Operand>, const Attributes&) = nullptr;
  /// A composite operation as an expression of others; null where it is elementary.
  Symbol (*expansion)(const Attributes&, std::span<const Symbol>) = nullptr;
  /// Parts of that expansion by the names that textbooks give them: μ, σ², x̂. Null: none.
  std::vector<std::pair<std::string, Symbol>> (*parts)(const Attributes&,
                                                       std::span<const Symbol>) = nullptr;
  /// x̄ for each operand x of y, from ȳ, y and the operands; null: it follows from the expansion.
  std::vector<Symbol> (*pullback)(const Attributes&, const Symbol& y_bar, const Symbol& y,
                                  std::span<const Symbol>) = nullptr;
  /// Half a line on which piece of a piecewise function a scalar operand is on: "z1 > 0: passed on
  /// unchanged", and what that means for the slope. `x` names the operand, `sign` is its sign. Null
  /// where there is nothing to say.
  std::string (*side)(const std::string& x, int sign) = nullptr;
  std::string (*slope_side)(const std::string& x, int sign) = nullptr;
  /// Of a mask or a share, which takes part in a slope: half a line on its entries that are shared,
  /// neither 0 nor 1, because operands are equal: `tied` of `all`. `x` names the operands.
  std::string (*tie)(std::span<const std::string> x, long long tied, long long all) = nullptr;
  /// Of a condition, which is 1 where it holds and else 0: half a line on where it does, at `held`
  /// of `all` entries. Null: it is no condition.
  std::string (*holds)(std::span<const std::string> x, long long held, long long all,
                       const Attributes&) = nullptr;
  std::span<const MistakenRule> mistakes;
  std::span<const StandIn> stand_ins;

  // ---- what it is: symbol/traits.hpp
  bool is_entrywise = false;  ///< each entry of the result comes of the operands' entries there
  bool is_by_sample = false;  ///< Attributes::axis says how a sample lies
  /// Whether an entry of the first operand that is the largest of its sample is so in the result.
  bool keeps_largest = false;
  std::string_view of_one_entry =
      "";                   ///< what it is of a sample with a single entry, whatever that is
  bool is_spelled = false;  ///< its notation, or its reasons, say all that its expansion does
  Takes takes = Takes::anything;
  /// Half a line on which operand is which, for one that has no value or slope there: they may stand
  /// the other way round.
  std::string_view order = "";
  Kink (*kink)(const Attributes&) = nullptr;  ///< null: no single place where the slope jumps
  const Operation& (*with_zero)() = nullptr;  ///< what it is where the other operand is 0
  const Operation& (*squared)() = nullptr;    ///< what its square is at once
  const Loss* loss = nullptr;
  const OutputPair* output = nullptr;  ///< of a loss: with the activation before it
  const HiddenUnits* hidden = nullptr;
  const Layer* layer = nullptr;
  /// What its notation means, for the page where it is met: "place[i,j](v): zeros, but ...".
  std::string_view legend = "";
  /// The letter that it is written as, without its operand, in a formula that has it of one operand
  /// only: x̂. Empty: it has none.
  std::string_view letter = "";
  /// ∂y/∂x of two entries, where every x moves every y, and half a line on it.
  std::string_view jacobian = "";
  /// What a page says beside y = f(x) of matrices: y and x are names.
  std::vector<std::string> (*reasons)(const std::string& y, const std::string& x, const Shape&,
                                      const Attributes&) = nullptr;
  /// What a page says beside the gradient of an operand (from 0), whose formula is too long for it:
  /// `above` is ∂L/∂y, `names` are the operands'. Empty: nothing.
  std::string (*gradient_reason)(std::size_t operand, const std::string& above,
                                 std::span<const std::string> names, const Attributes&) = nullptr;
};

namespace op {
/// Every operation, in the order of the list (op/all.hpp).
std::span<const Operation* const> operations();
}  // namespace op

/// The operation that a law stands for; of sums, broadcasts and their like the one that goes that
/// way (Operation::axis). Defined in op/all.cpp, which knows the operations.
const Operation& operation_for(Law, int axis = -1);

/// The pair of an output whose activation it is, or whose joined loss it is; null: of none. Where
/// an activation goes with several losses, the first of the list of operations.
const OutputPair* pair_of_activation(const Operation&);
const OutputPair* pair_of_joined(const Operation&);

/// The settings' values where nothing is said.
std::vector<Rational> standard_numbers(const Operation&);

}  // namespace tracer
