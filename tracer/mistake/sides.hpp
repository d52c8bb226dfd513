// A line that is one formula of a value where that is above 0, and another where it is not, whichever
// way it is written:
//
//   np.where(Z > 0, Z, a*Z)                              PReLU, a leaky relu
//   np.maximum(0, Z) + a*np.minimum(0, Z)                the same
//   1.0507*np.where(Z > 0, Z, 1.6733*(np.exp(Z) - 1))    SELU
//   1.0507*elu(Z, 1.6733)                                the same
//
// Next: side_mistakes.cpp, what people make of its slopes.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tracer/graph/graph.hpp"

namespace tracer {

struct TwoSides {
  NodeId x = -1, y = -1;  ///< the value whose sign decides, and the line; of one shape
  /// In the names of what the line uses. `both` has `condition` in place of every test of the sign.
  Symbol both{0}, above{0}, below{0};
  Symbol condition{0};  ///< 1 where x > 0, else 0

  struct Number {
    Rational value;
    std::string text;  ///< 1.0507, or its name
  };
  std::vector<Number> numbers;  ///< that stand in it, but for 0 and ±1: 1.0507, 1.6733
  /// Of these, those that an operation of the line is given as a setting: its room knows what is
  /// wrong without them.
  std::vector<Rational> settings;
};

/// Nothing where the line does not look at the sign of one of its values, or is one operation
/// alone, whose room knows it.
std::optional<TwoSides> sides_of(const Graph&, NodeId line);

/// The condition [x > 0], and the one that holds where this one does not.
Symbol above_zero(const Symbol& x);
Symbol other_side(const Symbol& condition);
/// A formula with some of its numbers taken for 1, or without its exponentials.
Symbol without_number(const Symbol& formula, const Rational&);
Symbol without_numbers(const Symbol& formula);
/// x for eˣ: whose slope is what stands before it.
Symbol without_exp(const Symbol& formula);

/// What a line of that formula sends back to what it mentions, in Quantity::above and the same names.
std::map<Quantity, Symbol> sent_back_by(const Symbol& formula, const Shape& line);

}  // namespace tracer
