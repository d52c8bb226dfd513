#include "tracer/derive/elementary.hpp"

#include <fmt/format.h>

#include "tracer/language/remake.hpp"

namespace tracer {
namespace {

// Appends an operation; a composite one is taken apart, and so are its parts.
NodeId apply_elementary(Graph& graph, const Operation& operation,
                        const std::vector<NodeId>& operands, const Attributes& with) {
  if (operation.expansion == nullptr) return graph.apply(operation, operands, with);
  // a composite's own parts may be composite: take its expansion apart in a graph of its own first
  Graph parts;
  std::vector<Symbol> places;
  std::map<std::string, NodeId> leaves;
  std::map<NodeId, NodeId> here;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const std::string key = fmt::format("x{}", i);
    places.push_back(Symbol::leaf(key, graph[operands[i]].shape));
    const NodeId leaf = parts.leaf(LeafKind::input, key, graph[operands[i]].shape);
    leaves.emplace(key, leaf);
    here.emplace(leaf, operands[i]);
  }
  parts.append(operation.expansion(with, places), leaves);
  NodeId last = operands[0];
  for (NodeId part = 0; part < parts.size(); ++part) {
    const Node& inner = parts[part];
    if (inner.constant) here[part] = graph.constant(*inner.constant);
    if (inner.is_leaf()) continue;
    std::vector<NodeId> inner_operands;
    for (const NodeId operand : inner.operands) inner_operands.push_back(here.at(operand));
    last = here[part] = apply_elementary(graph, *inner.operation, inner_operands, inner.with);
  }
  return last;
}

}  // namespace

BatchGraph elementary(const BatchGraph& batch) {
  int count = 0;
  Remaking remaking;
  remaking.replace = [](Graph& graph, const Node& old, const std::vector<NodeId>& operands) {
    return apply_elementary(graph, *old.operation, operands, old.with);
  };
  // the nodes from `first` on get names, the last of them `name` where it is not empty
  remaking.name_parts = [&](BatchGraph& made, NodeId first, NodeId /*last*/,
                            const std::string& name, const Span* place) {
    const NodeId end = made.graph.size() - 1;
    for (NodeId id = first; id <= end; ++id) {
      const Node& node = made.graph[id];
      if (node.is_leaf() || node.is_named()) continue;
      const bool final = id == end;
      if (node.operation->law == Law::broadcast && !(final && !name.empty())) continue;
      std::string own;
      if (final && !name.empty()) {
        own = name;
      } else {
        do own = fmt::format("t{}", ++count);
        while (batch.graph.find(own) >= 0);
      }
      made.graph.name(id, own);
      made.lines.push_back(id);
      if (place != nullptr) made.places[id] = *place;
    }
  };
  return remake(batch, remaking);
}

}  // namespace tracer
