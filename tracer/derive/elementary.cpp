#include "tracer/derive/elementary.hpp"

#include <fmt/format.h>

namespace tracer {

BatchGraph elementary(const BatchGraph& batch) {
  BatchGraph made = batch;
  made.graph = Graph();
  made.leaves.clear();
  made.lines.clear();
  made.places.clear();
  made.texts.clear();
  made.state_updates.clear();
  made.masks.clear();
  std::map<NodeId, NodeId> moved;
  int count = 0;

  // gives the nodes from `first` on names, the last of them `name` where it is not empty
  const auto name_new = [&](NodeId first, const std::string& name, const Span* place) {
    NodeId last = made.graph.size() - 1;
    for (NodeId id = first; id <= last; ++id) {
      const Node& node = made.graph[id];
      if (node.is_leaf() || node.is_named()) continue;
      const bool final = id == last;
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

  for (NodeId id = 0; id < batch.graph.size(); ++id) {
    const Node& node = batch.graph[id];
    const auto place = batch.places.find(id);
    const Span* span = place == batch.places.end() ? nullptr : &place->second;
    if (node.is_leaf()) {
      moved[id] = node.constant ? made.graph.constant(*node.constant, node.name)
                                : made.graph.leaf(node.leaf, node.name, node.shape);
      if (batch.leaves.contains(node.name) && batch.leaves.at(node.name) == id)
        made.leaves[node.name] = moved[id];
      if (const auto mask = batch.masks.find(id); mask != batch.masks.end())
        made.masks[moved[id]] = mask->second;
      continue;
    }
    const NodeId first = made.graph.size();
    std::vector<NodeId> operands;
    for (const NodeId operand : node.operands) operands.push_back(moved.at(operand));
    const std::function<NodeId(const Operation&, const std::vector<NodeId>&, const Attributes&)>
        apply = [&](const Operation& operation, const std::vector<NodeId>& inputs,
                    const Attributes& with) -> NodeId {
      if (operation.expansion == nullptr) return made.graph.apply(operation, inputs, with);
      // a composite's own parts may be composite: take its expansion apart in a graph of its own
      // first
      Graph parts;
      std::vector<Symbol> places;
      std::map<std::string, NodeId> leaves;
      std::map<NodeId, NodeId> here;
      for (std::size_t i = 0; i < inputs.size(); ++i) {
        const std::string key = fmt::format("x{}", i);
        places.push_back(Symbol::leaf(key, made.graph[inputs[i]].shape));
        const NodeId leaf = parts.leaf(LeafKind::input, key, made.graph[inputs[i]].shape);
        leaves.emplace(key, leaf);
        here.emplace(leaf, inputs[i]);
      }
      parts.append(operation.expansion(with, places), leaves);
      NodeId last = inputs[0];
      for (NodeId part = 0; part < parts.size(); ++part) {
        const Node& inner = parts[part];
        if (inner.constant) here[part] = made.graph.constant(*inner.constant);
        if (inner.is_leaf()) continue;
        std::vector<NodeId> inner_operands;
        for (const NodeId operand : inner.operands) inner_operands.push_back(here.at(operand));
        last = here[part] = apply(*inner.operation, inner_operands, inner.with);
      }
      return last;
    };
    moved[id] = apply(*node.operation, operands, node.with);
    name_new(first, node.name, span);
  }
  made.loss = moved.at(batch.loss);
  made.prediction = batch.prediction >= 0 ? moved.at(batch.prediction) : -1;
  for (const auto& [state, next] : batch.state_updates)
    made.state_updates.emplace_back(moved.at(state), moved.at(next));
  return made;
}

}  // namespace tracer
