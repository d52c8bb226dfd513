#include "tracer/mistake/line_mistakes.hpp"

namespace tracer {

std::vector<LineMistakes::Wrong> LineMistakes::of(NodeId value, Turn turn,
                                                  const std::optional<Symbol>& fused) {
  std::vector<Wrong> made;
  const auto add = [&](const std::vector<Mistake>& mistakes) {
    for (const Mistake& mistake : mistakes) {
      if (!mistake.on_sheet.words || mistake.on_sheet.turn != turn) continue;
      if (auto formula = formulas_.gradient_of(value, mistake))
        made.push_back({mistake.on_sheet.words(), std::move(*formula)});
    }
  };
  const std::vector<Catalogue::Way> ways = catalogue_.ways_from(value);
  // of several lines that use it, none is the rule
  if (ways.empty() || (turn == Turn::rules && ways.size() != 1)) return made;
  const Graph& graph = catalogue_.graph();
  add(catalogue_.of_sheet(value, fused));
  for (const Catalogue::Way& way : ways) {
    for (const NodeId node : graph.line_nodes(way.line)) {
      const auto& operands = graph[node].operands;
      for (std::size_t i = 0; i < operands.size(); ++i) {
        if (operands[i] == value || !graph[operands[i]].is_named())
          add(catalogue_.of_contribution(node, static_cast<int>(i)));
      }
    }
  }
  add(catalogue_.of_total(value));
  return made;
}

}  // namespace tracer
