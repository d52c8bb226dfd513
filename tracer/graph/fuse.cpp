#include "tracer/graph/fuse.hpp"

#include <optional>

#include "tracer/op/all.hpp"

namespace tracer {
namespace {

/// What stands in the new graph in place of a node: an operation on nodes of the old one.
struct Step {
  const Operation* operation = nullptr;
  std::vector<NodeId> operands;
  Attributes with;
};

class Fuser {
 public:
  Fuser(const Graph& graph, std::span<const NodeId> needed)
      : graph_(graph), needed_(size(), false), uses_(size(), 0) {
    for (const NodeId id : needed) needed_[at(id)] = true;
    count_uses();
  }

  RewrittenGraph run() {
    plan();
    return rewrite(graph_, [&](RewrittenGraph& made, NodeId id) {
      const std::optional<Step>& step = steps_[at(id)];
      if (!step) return -1;
      const std::vector<NodeId> operands = made.of(step->operands);
      // an identity is no more than another name
      const bool kept = step->operation->law != Law::identity || needed_[at(id)];
      return kept ? made.graph.apply(*step->operation, operands, step->with) : operands[0];
    });
  }

 private:
  std::size_t size() const { return static_cast<std::size_t>(graph_.size()); }
  static std::size_t at(NodeId id) { return static_cast<std::size_t>(id); }

  bool is(NodeId id, Law law) const {
    return !graph_[id].is_leaf() && graph_[id].operation->law == law;
  }

  // how many operands each node is, of nodes that are on the way to a needed one
  void count_uses() {
    std::vector<bool> live = needed_;
    for (NodeId id = graph_.size() - 1; id >= 0; --id) {
      if (!live[at(id)]) continue;
      for (const NodeId operand : graph_[id].operands) {
        live[at(operand)] = true;
        ++uses_[at(operand)];
      }
    }
  }

  // from the end: what a step reads is computed, and nothing else
  void plan() {
    steps_.resize(size());
    std::vector<bool> live = needed_;
    for (NodeId id = graph_.size() - 1; id >= 0; --id) {
      if (!live[at(id)] || graph_[id].is_leaf()) continue;
      Step step = step_for(id);
      for (const NodeId operand : step.operands) live[at(operand)] = true;
      steps_[at(id)] = std::move(step);
    }
  }

  Step step_for(NodeId id) const {
    const Node& node = graph_[id];
    if (is(id, Law::add)) {
      if (auto step = affine(node.operands[0], node.operands[1])) return *step;
      if (auto step = affine(node.operands[1], node.operands[0])) return *step;
    }
    if (const OutputPair* pair = node.operation->output;
        pair != nullptr && pair->joined != nullptr) {
      const NodeId p = unnamed(node.operands[0]);
      if (graph_[p].operation == &pair->activation() && graph_[p].with.axis == node.with.axis)
        return {&pair->joined(), {graph_[p].operands[0], node.operands[1]}, node.with};
    }
    return {node.operation, node.operands, node.with};
  }

  // past identities, which only carry a second name
  NodeId unnamed(NodeId id) const {
    while (is(id, Law::identity)) id = graph_[id].operands[0];
    return id;
  }

  // product + bias, where nothing else reads the product
  std::optional<Step> affine(NodeId product, NodeId bias) const {
    if (!is(product, Law::matmul) || uses_[at(product)] != 1 || needed_[at(product)]) return {};
    if (!is(bias, Law::broadcast) || graph_[bias].operation->axis < 0) return {};
    Step step{&op::operation<op::Affine>(), graph_[product].operands, {}};
    step.operands.push_back(graph_[bias].operands[0]);
    step.with.axis = 1 - graph_[bias].operation->axis;
    return step;
  }

  const Graph& graph_;
  std::vector<bool> needed_;
  std::vector<int> uses_;
  std::vector<std::optional<Step>> steps_;
};

}  // namespace

RewrittenGraph fuse(const Graph& graph, std::span<const NodeId> needed) {
  return Fuser(graph, needed).run();
}

}  // namespace tracer
