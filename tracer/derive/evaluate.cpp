#include "tracer/derive/evaluate.hpp"

#include "tracer/graph/tape.hpp"

namespace tracer {

Array<Exact> evaluate(const Symbol& formula,
                      const std::function<Array<Exact>(const Symbol&)>& value, Working working) {
  Graph graph;
  std::map<Quantity, NodeId> leaves;
  std::vector<std::pair<NodeId, Symbol>> places;
  substitute(formula, [&](const Symbol& leaf) -> std::optional<Symbol> {
    if (!leaves.contains(leaf.stands_for())) {
      const NodeId id = graph.leaf(LeafKind::input, "", leaf.shape());
      leaves.emplace(leaf.stands_for(), id);
      places.emplace_back(id, leaf);
    }
    return std::nullopt;
  });
  const NodeId result = graph.append(formula, leaves);
  Tape<Exact> tape(graph, {}, working);
  for (const auto& [id, leaf] : places) tape.value(id) = value(leaf);
  tape.forward();
  return tape.value(result);
}

}  // namespace tracer
