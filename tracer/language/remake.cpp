#include "tracer/language/remake.hpp"

namespace tracer {
namespace {

template <class Of>
std::map<NodeId, Of> moved(const std::map<NodeId, Of>& old, const RewrittenGraph& to) {
  std::map<NodeId, Of> made;
  for (const auto& [id, of] : old) made.emplace(to.of(id), of);
  return made;
}

}  // namespace

BatchGraph remake(const BatchGraph& batch, RewrittenGraph to) {
  BatchGraph made = batch;
  made.output = {};
  for (auto& [name, leaf] : made.leaves) leaf = to.of(leaf);
  made.lines = to.of(batch.lines);
  made.places = moved(batch.places, to);
  made.texts = moved(batch.texts, to);
  made.masks = moved(batch.masks, to);
  for (auto& [state, next] : made.state_updates) {
    state = to.of(state);
    next = to.of(next);
  }
  made.loss = to.of(batch.loss);
  made.prediction = to.of(batch.prediction);
  made.graph = std::move(to.graph);
  return made;
}

}  // namespace tracer
