// What one operation sends back to its operands, as formulas. Next: graph/backward.hpp, which puts
// them together.
#pragma once

#include <span>
#include <vector>

#include "tracer/symbol/symbol.hpp"

namespace tracer {

/// The adjoints of the operands of one operation, by its room's rule or from its expansion.
std::vector<Symbol> pullback_of(const Operation&, const Attributes&, const Symbol& y_bar,
                                const Symbol& y, std::span<const Symbol> operands);
/// The same of operands of these shapes, in Quantity::above (which is ȳ), result and operand.
std::vector<Symbol> rule_of(const Operation&, const Attributes&, const Shape& result,
                            const std::vector<Shape>& operands);

}  // namespace tracer
