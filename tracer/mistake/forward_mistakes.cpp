#include "tracer/mistake/forward_mistakes.hpp"

#include <fmt/format.h>

#include "tracer/language/remake.hpp"
#include "tracer/mistake/catalogue.hpp"
#include "tracer/op/log_softmax.hpp"
#include "tracer/op/vocabulary.hpp"

namespace tracer {
namespace {

class ForwardMistakeFinder {
 public:
  explicit ForwardMistakeFinder(const BatchGraph& batch) : batch_(batch) {}

  std::vector<ForwardMistake> run() {
    const Graph& graph = batch_.graph;
    for (const NodeId line : batch_.lines) {
      for (const NodeId id : graph.line_nodes(line)) {
        line_ = line;
        at(id);
      }
    }
    return std::move(made_);
  }

 private:
  void at(NodeId id) {
    const Node& node = batch_.graph[id];
    // what is made of a sample as a whole, so that one entry alone says nothing
    if (!node.operation->of_one_entry.empty()) other_axis(id);
    const OutputPair* output = output_of(*node.operation);
    if (output == nullptr) return;
    twice(id, *output);
    if (!output->activation().is_by_sample) return;
    rolled(id, 1);
    rolled(id, -1);
    if (node.operation->output == nullptr) other_axis_in_loss(id);
  }

  using Made = std::function<NodeId(Graph&, const Node&, const std::vector<NodeId>&)>;
  void add(NodeId id, const MistakeKind& kind, std::string says, const Made& make) {
    const Graph& graph = batch_.graph;
    RewrittenGraph made = rewrite(graph, [&](RewrittenGraph& to, NodeId old) {
      return old == id ? make(to.graph, graph[old], to.of(graph[old].operands))
                       : copy_node(to, graph[old]);
    });
    made_.push_back({kind, std::move(says), graph[line_].name, remake(batch_, std::move(made))});
  }

  void other_axis(NodeId id) {
    const int axis = batch_.graph[id].with.axis;
    add(id, mistake_kinds::softmax_wrong_axis, mistake_says::wrong_axis(axis),
        [](Graph& graph, const Node& old, const std::vector<NodeId>& operands) {
          Attributes with = old.with;
          with.axis = 1 - with.axis;
          return graph.apply(*old.operation, operands, with);
        });
  }

  void other_axis_in_loss(NodeId id) {
    const int axis = batch_.graph[id].with.axis;
    add(id, mistake_kinds::softmax_wrong_axis, mistake_says::wrong_axis(axis),
        [axis](Graph& graph, const Node&, const std::vector<NodeId>& operands) {
          const Symbol z = Symbol::leaf("z", graph[operands[0]].shape);
          const Symbol y = Symbol::leaf("y", graph[operands[1]].shape);
          return graph.append(
              -(sum<Over::all>(y * log_softmax(z, 1 - axis)) / sample_count(z, axis)),
              {{"z", operands[0]}, {"y", operands[1]}});
        });
  }

  void twice(NodeId id, const OutputPair& output) {
    const Node& node = batch_.graph[id];
    const Operation& activation = output.activation();
    const Node& input = batch_.graph[node.operands[0]];
    add(id, mistake_kinds::output_activation_twice,
        fmt::format("the loss applies {} to {}{}", activation.name,
                    input.is_named() ? input.name : "its argument",
                    node.operation->output != nullptr ? ", which has been through it already"
                                                      : " after it has been through it already"),
        [&activation](Graph& graph, const Node& old, const std::vector<NodeId>& operands) {
          std::vector<NodeId> twice = operands;
          twice[0] = graph.apply(activation, {operands[0]},
                                 activation.is_by_sample ? old.with : Attributes{});
          return graph.apply(*old.operation, twice, old.with);
        });
  }

  void rolled(NodeId id, int by) {
    const Node& node = batch_.graph[id];
    const Shape& shape = batch_.graph[node.operands[1]].shape;
    const int classes = node.with.axis == 0 ? shape.rows.count : shape.columns.count;
    if (classes < 2 || (classes == 2 && by < 0)) return;  // of two, one way round is the other
    add(id, mistake_kinds::one_hot_off_by_one, mistake_says::off_by_one(classes, by),
        [by, classes](Graph& graph, const Node& old, const std::vector<NodeId>& operands) {
          Array<Exact> shift = Array<Exact>::Constant(classes, classes, Exact(0));
          for (int c = 0; c < classes; ++c) shift((c + by + classes) % classes, c) = 1;
          if (old.with.axis == 1) shift.transposeInPlace();
          const NodeId matrix = graph.constant(std::move(shift));
          std::vector<NodeId> moved = operands;
          moved[1] = graph.apply(operation_for(Law::matmul),
                                 old.with.axis == 0 ? std::vector{matrix, operands[1]}
                                                    : std::vector{operands[1], matrix});
          return graph.apply(*old.operation, moved, old.with);
        });
  }

  const BatchGraph& batch_;
  NodeId line_ = -1;
  std::vector<ForwardMistake> made_;
};

}  // namespace

std::vector<ForwardMistake> forward_mistakes(const BatchGraph& batch) {
  return ForwardMistakeFinder(batch).run();
}

}  // namespace tracer
