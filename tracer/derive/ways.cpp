#include "tracer/derive/ways.hpp"

#include <algorithm>
#include <set>

#include "tracer/error.hpp"

namespace tracer {

Ways ways_of(const PageSource& source) {
  const Rules& rules = source.context.rules.denominator();
  const auto is_asked_for = [&](NodeId id) {
    return source.context.wanted.empty() ? source.batch.graph[id].is_leaf() : source.wanted(id);
  };
  Ways ways;
  for (const GradientRule& gradient : rules.gradients())
    if (is_asked_for(gradient.node)) ways.targets.push_back(gradient.node);
  if (ways.targets.empty())
    throw Error("the loss depends on none of the values asked for: there is no path to them");
  std::ranges::sort(ways.targets);
  const std::set<NodeId> way = rules.way_to(ways.targets);
  for (const GradientRule& gradient : rules.gradients())
    for (const Path& path : gradient.paths)
      if (way.contains(gradient.node))
        ways.jacobians.emplace(std::pair(path.line, gradient.node),
                               local_jacobian(rules, path, gradient.node));
  return ways;
}

void write_ways(const PageContext& context, std::shared_ptr<const BatchGraph> batch,
                const StepRecord* record, bool jacobians, bool paths, DerivationStep& page) {
  const PageSource source{context, *batch, record,
                          StepNumbers(context.rules, record, context.show, context.working)};
  const Ways ways = ways_of(source);
  if (jacobians) write_jacobians(source, ways, page);
  if (paths) write_paths(source, ways, page);
}

}  // namespace tracer
