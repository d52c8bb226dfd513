#include "tracer/derive/elementary.hpp"

#include <fmt/format.h>

#include "tracer/language/remake.hpp"

namespace tracer {

BatchGraph elementary(const BatchGraph& batch) {
  const RewrittenGraph apart = take_apart(batch.graph, [](const auto&...) { return true; });
  BatchGraph made = remake(batch, apart);
  made.lines.clear();
  int count = 0;
  NodeId id = 0;
  for (NodeId old = 0; old < batch.graph.size(); ++old) {
    const auto place = batch.places.find(old);
    for (; id <= apart.of(old); ++id) {  // its parts, itself the last
      const Node& node = made.graph[id];
      if (node.is_leaf() || (!node.is_named() && node.operation->law == Law::broadcast)) continue;
      if (!node.is_named()) {
        std::string name;
        do name = fmt::format("t{}", ++count);
        while (batch.graph.find(name) >= 0);
        made.graph.name(id, std::move(name));
      }
      made.lines.push_back(id);
      if (place != batch.places.end()) made.places[id] = place->second;
    }
  }
  return made;
}

}  // namespace tracer
