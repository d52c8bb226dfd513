// The value of a formula: the same formula that is printed, run on a tape of its own.
#pragma once

#include <functional>

#include "tracer/graph/graph.hpp"

namespace tracer {

/// `value(leaf)` gives what a leaf of the formula stands for. Throws DomainError, Undecided.
Array<Exact> evaluate(const Symbol& formula,
                      const std::function<Array<Exact>(const Symbol&)>& value, Working working);

}  // namespace tracer
