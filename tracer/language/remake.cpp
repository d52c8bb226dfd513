#include "tracer/language/remake.hpp"

namespace tracer {
namespace {

void name_last(BatchGraph& made, const BatchGraph& old, NodeId old_id, NodeId& last) {
  const Node& node = old.graph[old_id];
  if (!node.is_named()) return;
  last = made.graph.name(last, node.name);
  made.lines.push_back(last);
  if (const auto place = old.places.find(old_id); place != old.places.end())
    made.places[last] = place->second;
  if (const auto text = old.texts.find(old_id); text != old.texts.end())
    made.texts[last] = text->second;
}

}  // namespace

BatchGraph remake(const BatchGraph& batch, const Remaking& remaking) {
  BatchGraph made = batch;
  made.graph = Graph();
  made.leaves.clear();
  made.lines.clear();
  made.places.clear();
  made.texts.clear();
  made.state_updates.clear();
  made.masks.clear();
  std::map<NodeId, NodeId> moved;
  for (NodeId id = 0; id < batch.graph.size(); ++id) {
    const Node& node = batch.graph[id];
    const auto place = batch.places.find(id);
    if (node.is_leaf()) {
      moved[id] = !node.counts.empty()
                      ? made.graph.size_constant(
                            {static_cast<int>((*node.constant)(0, 0).rational()), node.counts})
                  : node.constant ? made.graph.constant(*node.constant, node.name)
                                  : made.graph.leaf(node.leaf, node.name, node.shape);
      if (batch.leaves.contains(node.name) && batch.leaves.at(node.name) == id)
        made.leaves[node.name] = moved[id];
      if (const auto mask = batch.masks.find(id); mask != batch.masks.end())
        made.masks[moved[id]] = mask->second;
      if (place != batch.places.end()) made.places[moved[id]] = place->second;
      continue;
    }
    const NodeId first = made.graph.size();
    std::vector<NodeId> operands;
    for (const NodeId operand : node.operands) operands.push_back(moved.at(operand));
    NodeId last = remaking.replace(made.graph, node, operands);
    if (remaking.name_parts) {
      remaking.name_parts(made, first, node.name,
                          place == batch.places.end() ? nullptr : &place->second);
    } else {
      name_last(made, batch, id, last);
    }
    moved[id] = last;
  }
  made.loss = moved.at(batch.loss);
  made.prediction = batch.prediction >= 0 ? moved.at(batch.prediction) : -1;
  for (const auto& [state, next] : batch.state_updates)
    made.state_updates.emplace_back(moved.at(state), moved.at(next));
  return made;
}

}  // namespace tracer
