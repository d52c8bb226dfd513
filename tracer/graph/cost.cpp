#include "tracer/graph/cost.hpp"

#include <algorithm>

namespace tracer {

double cost_of(const Graph& graph, NodeId id, const EntryCost& entry) {
  const Node& node = graph[id];
  if (node.is_leaf()) return 0;
  auto entries = static_cast<double>(node.shape.count());
  if (node.operation->law == Law::matmul)
    return entries * graph[node.operands[0]].shape.columns.count;
  // a sum reads more than it writes
  for (const NodeId operand : node.operands)
    entries = std::max(entries, static_cast<double>(graph[operand].shape.count()));
  return entries * (node.operation->expansion != nullptr ? entry.composite : entry.elementary);
}

double cost_of(const Graph& graph, const EntryCost& entry) {
  double cost = 0;
  for (NodeId id = 0; id < graph.size(); ++id) cost += cost_of(graph, id, entry);
  return cost;
}

}  // namespace tracer
