#include "tracer/derive/gaps.hpp"

namespace tracer {
namespace {

// A sum passes on what it got, whatever its terms are.
bool slope_is_constant(Law law) {
  return law == Law::add || law == Law::subtract || law == Law::negate || law == Law::transpose ||
         is_linear(law);
}

}  // namespace

void Gaps::reach_value(const Graph& graph, NodeId id) {
  for (const NodeId operand : graph[id].operands) {
    if (const auto gap = values.find(operand); gap != values.end()) values.emplace(id, gap->second);
  }
}

void Gaps::leave_adjoint(const Graph& graph, NodeId id) {
  const Node& node = graph[id];
  if (node.is_leaf()) return;
  if (const auto gap = adjoints.find(id); gap != adjoints.end()) {
    for (const NodeId operand : node.operands) adjoints.emplace(operand, gap->second);
    return;
  }
  const Law law = node.operation->law;
  if (slope_is_constant(law)) return;
  // the slope of a product in one factor is the other; of log x it is in x, whatever log x is
  const bool product = law == Law::multiply || law == Law::matmul;
  for (const NodeId missing : node.operands) {
    const auto gap = values.find(missing);
    if (gap == values.end()) continue;
    for (const NodeId operand : node.operands) {
      if (!product || operand != missing) adjoints.emplace(operand, gap->second);
    }
  }
}

}  // namespace tracer
