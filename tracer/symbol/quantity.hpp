// What a leaf of a formula stands for. Next: symbol/symbol.hpp.
#pragma once

#include <compare>
#include <string>

namespace tracer {

struct Quantity {
  enum Kind {
    value,    ///< of that name, or of the node of that number
    adjoint,  ///< ∂L/∂ that value
    // what a formula reads around the node y that it stands at: graph/backward.hpp
    above,    ///< ∂L/∂y
    result,   ///< y
    operand,  ///< an operand of y, by its number
    part,     ///< what one of its users sends back to y, by the user's number
    sum,      ///< what all of them send
    factor,   ///< a number that is fitted
    // in the working of an optimizer
    before,    ///< a state of that name as the step finds it
    after,     ///< the line of that name, or the parameter, once it is computed
    setting,   ///< a number of the rule: its learning rate
    elsewhere  ///< a number of another time: the third of those that are kept
  };
  Kind kind = value;
  std::string name;
  int number = -1;

  Quantity(std::string of) : name(std::move(of)) {}  // NOLINT: a bare name is a value's
  Quantity(const char* of) : name(of) {}             // NOLINT
  Quantity(Kind what, std::string of) : kind(what), name(std::move(of)) {}
  Quantity(Kind what, int which = -1) : kind(what), number(which) {}  // NOLINT: Quantity::sum
  friend auto operator<=>(const Quantity&, const Quantity&) = default;
};

}  // namespace tracer
