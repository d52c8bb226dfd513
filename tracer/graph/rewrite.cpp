#include "tracer/graph/rewrite.hpp"

namespace tracer {

std::vector<NodeId> RewrittenGraph::of(const std::vector<NodeId>& old) const {
  std::vector<NodeId> images;
  for (const NodeId id : old) images.push_back(of(id));
  return images;
}

RewrittenGraph rewrite(const Graph& graph, const Replacement& replace) {
  RewrittenGraph made;
  for (NodeId id = 0; id < graph.size(); ++id) {
    const Node& node = graph[id];
    NodeId image = node.is_leaf() ? made.graph.copy_leaf(node) : replace(made, id);
    if (image >= 0 && node.is_named() && !made.graph[image].is_named()) {
      image = node.mean_of.empty() ? made.graph.name(image, node.name)
                                   : made.graph.name_batch_mean(image, node.mean_of);
    }
    made.image.push_back(image);
  }
  return made;
}

NodeId copy_node(RewrittenGraph& made, const Node& old) {
  return made.graph.apply(*old.operation, made.of(old.operands), old.with);
}

namespace {

NodeId append_parts(Graph& to, const Operation& operation, const std::vector<NodeId>& inputs,
                    const Attributes& with, const TakeApart& which) {
  std::vector<Shape> shapes;
  for (const NodeId input : inputs) shapes.push_back(to[input].shape);
  if (operation.expansion == nullptr || !which(operation, with, shapes))
    return to.apply(operation, inputs, with);
  const Graph parts = expansion_graph(operation, with, shapes);
  std::vector<NodeId> here = inputs;
  for (auto part = static_cast<NodeId>(inputs.size()); part < parts.size(); ++part) {
    const Node& inner = parts[part];
    if (inner.is_leaf()) {
      here.push_back(to.constant(*inner.constant));  // a count is the number that it is
      continue;
    }
    std::vector<NodeId> operands;
    for (const NodeId operand : inner.operands)
      operands.push_back(here[static_cast<std::size_t>(operand)]);
    here.push_back(append_parts(to, *inner.operation, operands, inner.with, which));
  }
  return here.back();
}

}  // namespace

RewrittenGraph take_apart(const Graph& graph, const TakeApart& which) {
  return rewrite(graph, [&](RewrittenGraph& made, NodeId old) {
    const Node& node = graph[old];
    return append_parts(made.graph, *node.operation, made.of(node.operands), node.with, which);
  });
}

Graph expansion_graph(const Operation& operation, const Attributes& with,
                      const std::vector<Shape>& shapes) {
  Graph parts;
  std::vector<Symbol> operands;
  std::map<Quantity, NodeId> leaves;
  for (const Shape& shape : shapes) {
    const NodeId leaf = parts.leaf(LeafKind::input, "", shape);
    const Quantity value(Quantity::value, leaf);
    operands.push_back(Symbol::leaf(value, shape));
    leaves.emplace(value, leaf);
  }
  parts.append(operation.expansion(with, operands), leaves);
  return parts;
}

}  // namespace tracer
