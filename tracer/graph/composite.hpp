// How the tape runs an operation that has no kernel: softmax, the losses, batch_norm.
//
// A composite operation, or one whose pullback is a formula, is run as a small graph of its own, on
// a tape of its own. Its operands are bound to their places in the big tape, so that nothing is
// copied in, and the result is copied out. Only tape.cpp includes this.
#pragma once

#include "tracer/graph/pullback.hpp"
#include "tracer/graph/rewrite.hpp"
#include "tracer/graph/tape.hpp"

namespace tracer {

template <class S>
struct Tape<S>::Formula {
  Graph forward_graph;
  NodeId result = -1;
  std::vector<NodeId> operands;
  std::unique_ptr<Tape<S>> forward;

  Graph pullback_graph;
  NodeId y_bar = -1;
  NodeId y = -1;
  std::vector<NodeId> x;     // the operands again, in the pullback's graph
  std::vector<NodeId> bars;  // the adjoint of each operand; -1: not wanted
  std::unique_ptr<Tape<S>> pullback;

  void build_forward(const Node& node, const std::vector<Shape>& shapes, Working working) {
    forward_graph = expansion_graph(*node.operation, node.with, shapes);
    for (std::size_t i = 0; i < shapes.size(); ++i) operands.push_back(static_cast<NodeId>(i));
    result = forward_graph.size() - 1;
    forward = std::make_unique<Tape<S>>(forward_graph, std::span<const NodeId>{}, working);
  }

  void build_pullback(const Node& node, const std::vector<Shape>& shapes,
                      const std::vector<bool>& wanted, Working working) {
    y_bar = pullback_graph.leaf(LeafKind::input, "", node.shape);
    y = pullback_graph.leaf(LeafKind::input, "", node.shape);
    std::map<Quantity, NodeId> leaves{{Quantity::above, y_bar}, {Quantity::result, y}};
    for (std::size_t i = 0; i < shapes.size(); ++i) {
      x.push_back(pullback_graph.leaf(LeafKind::input, "", shapes[i]));
      leaves.emplace(Quantity(Quantity::operand, static_cast<int>(i)), x.back());
    }
    const std::vector<Symbol> formulas = rule_of(*node.operation, node.with, node.shape, shapes);
    for (std::size_t i = 0; i < formulas.size(); ++i) {
      bars.push_back(wanted[i] ? pullback_graph.append(formulas[i], leaves) : -1);
    }
    pullback = std::make_unique<Tape<S>>(pullback_graph, std::span<const NodeId>{}, working);
  }
};

}  // namespace tracer
