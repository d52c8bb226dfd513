#include "tracer/train/layer_summary.hpp"

#include <set>

#include <fmt/format.h>

namespace tracer {
namespace {

// The samples of a batch, whose number is no news, are m.
std::string text_of(const Shape& shape) {
  const auto size = [](const Size& of) {
    return of.name.empty() ? fmt::to_string(of.count) : of.name;
  };
  return size(shape.rows) + "×" + size(shape.columns);
}

}  // namespace

std::vector<LayerSummary> layer_summaries(const Program& program) {
  const std::shared_ptr<const BatchGraph> built = program.graph(first_batch(program));
  const Graph& graph = built->graph;
  std::vector<LayerSummary> summaries;
  std::set<NodeId> seen;
  for (const NodeId id : built->lines) {
    const auto text = built->texts.find(id);
    if (text == built->texts.end() || text->second == graph[id].name) continue;
    LayerSummary made{
        fmt::format("{} = {}", graph[id].name, text->second), text_of(graph[id].shape), {}, 0};
    std::vector<NodeId> pending{id};
    while (!pending.empty()) {
      const NodeId at = pending.back();
      pending.pop_back();
      if (!seen.insert(at).second) continue;
      const Node& node = graph[at];
      if (node.leaf == LeafKind::parameter) {
        made.parameters.push_back(fmt::format("{} {}", node.name, to_string(node.shape)));
        made.count += node.shape.count();
      }
      pending.insert(pending.end(), node.operands.rbegin(), node.operands.rend());
    }
    summaries.push_back(std::move(made));
    if (graph[id].name == program.loss) break;
  }
  return summaries;
}

}  // namespace tracer
