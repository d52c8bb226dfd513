// What the graph of a batch tells of its prediction: where classes can be read off, and where the
// border between two of them is. Next: language/decision.hpp, which knows the targets too.
#include "tracer/language/program.hpp"

namespace tracer {
namespace {

bool is_identity(const Graph& graph, NodeId id) {
  return graph[id].operation != nullptr && graph[id].operation->law == Law::identity;
}

// Where a loss draws the line between two classes; nothing: it is none of two classes.
std::optional<double> border_of(const Operation* loss) {
  return loss != nullptr && loss->loss != nullptr ? loss->loss->threshold : std::nullopt;
}

// The nearest loss that takes the prediction as its first says where the line is.
std::optional<double> border_over(const Graph& graph, NodeId prediction) {
  for (NodeId id = prediction + 1; id < graph.size(); ++id) {
    const Node& node = graph[id];
    if (node.operands.empty() || node.operands[0] != prediction) continue;
    if (const auto border = border_of(node.operation)) return border;
  }
  return std::nullopt;
}

// The pair of an output for two classes whose activation the node is, and which is told of what
// goes into it too; or null.
const OutputPair* pair_of_two_classes(const Graph& graph, NodeId id) {
  const Operation* operation = graph[id].operation;
  const OutputPair* pair = operation != nullptr ? pair_of_activation(*operation) : nullptr;
  return pair != nullptr && pair->joined != nullptr && border_of(&pair->joined()) ? pair : nullptr;
}

// `plain`: what the prediction is another name of.
std::optional<double> threshold_of(const Graph& graph, NodeId prediction, NodeId plain) {
  if (const auto border = border_over(graph, prediction)) return border;
  if (const OutputPair* pair = pair_of_two_classes(graph, plain)) return border_of(&pair->loss());
  for (NodeId id = plain + 1; id < graph.size(); ++id) {
    const OutputPair* pair = pair_of_two_classes(graph, id);
    if (pair == nullptr) continue;
    const NodeId operand = graph[id].operands[0];
    if (operand == plain || operand == prediction)
      return border_of(&pair->joined());  // predict Z of bce(sigmoid(Z), Y)
  }
  return std::nullopt;
}

}  // namespace

Output output_of(const BatchGraph& built, bool rows) {
  const Graph& graph = built.graph;
  Output output;
  for (NodeId id = 0; id <= built.loss; ++id)
    output.two_classes = output.two_classes || border_of(graph[id].operation);
  if (built.prediction < 0) return output;
  output.plain = built.prediction;
  while (is_identity(graph, output.plain)) output.plain = graph[output.plain].operands[0];
  const Node& node = graph[output.plain];
  const bool over_classes = node.with.axis == (rows ? 1 : 0);
  output.scores = node.operation != nullptr && node.operation->keeps_largest && over_classes
                      ? node.operands[0]
                      : output.plain;
  output.pair = pair_of_two_classes(graph, output.plain);
  if (const auto border = threshold_of(graph, built.prediction, output.plain))
    output.threshold = static_cast<float>(*border);
  return output;
}

}  // namespace tracer
