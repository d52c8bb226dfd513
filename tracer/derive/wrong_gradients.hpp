// Gradients that are made wrong on purpose, by whoever knows the mistakes (mistake/planted.hpp).
#pragma once

#include <functional>
#include <map>

#include "tracer/graph/graph.hpp"
#include "tracer/symbol/symbol.hpp"

namespace tracer {

struct BatchGraph;
class Rules;

/// By named node the formula that stands in place of the right gradient, in named values and
/// gradients of the denominator layout.
using WrongGradients = std::function<std::map<NodeId, Symbol>(const BatchGraph&, const Rules&)>;

}  // namespace tracer
