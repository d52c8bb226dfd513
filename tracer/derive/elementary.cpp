#include "tracer/derive/elementary.hpp"

#include <fmt/format.h>

#include "tracer/language/remake.hpp"

namespace tracer {

Graph expansion_graph(const Operation& operation, const Attributes& with,
                      const std::vector<Shape>& shapes) {
  Graph parts;
  std::vector<Symbol> places;
  std::map<std::string, NodeId> leaves;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    const std::string key = fmt::format("x{}", i);
    places.push_back(Symbol::leaf(key, shapes[i]));
    leaves.emplace(key, parts.leaf(LeafKind::input, key, shapes[i]));
  }
  parts.append(operation.expansion(with, places), leaves);
  return parts;
}

namespace {

// Appends an operation to a graph; where it is to be taken apart, its parts (which may be composite
// themselves) in its place. Returns the node of its result.
NodeId append_parts(Graph& to, const Operation& operation, const std::vector<NodeId>& inputs,
                    const Attributes& with, const TakeApart& which) {
  std::vector<Shape> shapes;
  for (const NodeId input : inputs) shapes.push_back(to[input].shape);
  if (operation.expansion == nullptr || !which(operation, with, shapes))
    return to.apply(operation, inputs, with);
  const Graph parts = expansion_graph(operation, with, shapes);
  std::vector<NodeId> here;
  NodeId last = inputs[0];
  for (NodeId part = 0; part < parts.size(); ++part) {
    const Node& inner = parts[part];
    if (inner.constant) {
      here.push_back(to.constant(*inner.constant));
    } else if (inner.is_leaf()) {  // the operands stand first
      here.push_back(inputs[static_cast<std::size_t>(part)]);
    } else {
      std::vector<NodeId> operands;
      for (const NodeId operand : inner.operands)
        operands.push_back(here[static_cast<std::size_t>(operand)]);
      last = append_parts(to, *inner.operation, operands, inner.with, which);
      here.push_back(last);
    }
  }
  return last;
}

NodeId copy_leaf(Graph& to, const Node& leaf) {
  return leaf.constant ? to.constant(*leaf.constant, leaf.name)
                       : to.leaf(leaf.leaf, leaf.name, leaf.shape);
}

}  // namespace

ApartGraph take_apart(const Graph& graph, const TakeApart& which) {
  ApartGraph made;
  for (NodeId id = 0; id < graph.size(); ++id) {
    const Node& node = graph[id];
    NodeId image = -1;
    if (node.is_leaf()) {
      image = copy_leaf(made.graph, node);
    } else {
      std::vector<NodeId> operands;
      for (const NodeId operand : node.operands)
        operands.push_back(made.image[static_cast<std::size_t>(operand)]);
      image = append_parts(made.graph, *node.operation, operands, node.with, which);
      if (node.is_named()) image = made.graph.name(image, node.name);
    }
    made.image.push_back(image);
  }
  return made;
}

BatchGraph elementary(const BatchGraph& batch) {
  int count = 0;
  Remaking remaking;
  remaking.replace = [](Graph& graph, const Node& old, const std::vector<NodeId>& operands) {
    return append_parts(graph, *old.operation, operands, old.with,
                        [](const auto&...) { return true; });
  };
  // the nodes from `first` on get names, the last of them `name` where it is not empty
  remaking.name_parts = [&](BatchGraph& made, NodeId first, const std::string& name,
                            const Span* place) {
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
