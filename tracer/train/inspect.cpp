#include "tracer/train/inspect.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tracer/error.hpp"

namespace tracer {

NodeId line_holding(const BatchGraph& batch, NodeId id) {
  // the nodes of a line are added one after the other, its own last
  for (NodeId at = id; at < batch.graph.size(); ++at) {
    const Node& node = batch.graph[at];
    if (node.is_named() && !node.is_leaf()) return at;
  }
  return -1;
}

std::string line_text(const Program& program, const BatchGraph& batch, NodeId line) {
  const std::string& name = batch.graph[line].name;
  const auto text = batch.texts.find(line);
  std::string said = name;
  if (text != batch.texts.end() && text->second != name) said += " = " + text->second;
  const auto place = batch.places.find(line);
  if (place != batch.places.end())
    said += fmt::format(" (line {})", program.source->place(place->second.begin).line);
  return said;
}

namespace {

// "an entry of which is inf", "3 of whose 160 entries are nan"
std::string what_is_wrong(const Array<double>& values) {
  const Eigen::Index infinite = values.isInf().count();
  const Eigen::Index none = values.isNaN().count();
  const std::string kind = none == 0 ? "inf" : infinite == 0 ? "nan" : "inf or nan";
  if (values.size() == 1) return "which is " + kind;
  if (infinite + none == 1) return "an entry of which is " + kind;
  if (infinite + none == values.size())
    return fmt::format("all {} of whose entries are {}", values.size(), kind);
  return fmt::format("{} of whose {} entries are {}", infinite + none, values.size(), kind);
}

std::string_view way_out(const Program& program, const BatchGraph& batch, NodeId id) {
  const Node& node = batch.graph[id];
  if (node.leaf == LeafKind::parameter)
    return "the step before it was too long: lower lr, or add clip_norm=1 to the train line";
  if (node.leaf == LeafKind::data) return "look at the data";
  if (!node.is_leaf() &&
      (node.operation->takes == Takes::positive || node.operation->takes == Takes::probabilities)) {
    return "the logarithm of 0: give the logits to softmax_cross_entropy or bce_with_logits, or "
           "lower lr";
  }
  if (!node.is_leaf() && node.operation->law == Law::divide) return "something is divided by 0";
  return program.training && program.training->clip_norm
             ? "lower lr, or start from smaller weights"
             : "lower lr, start from smaller weights, or add clip_norm=1 to the train line";
}

}  // namespace

std::string not_finite_text(const Program& program, const StepLook& look) {
  const BatchGraph& batch = *look.batch;
  const std::string where =
      fmt::format("epoch {}, step {}: the loss is not finite", look.epoch, look.step);
  for (NodeId id = 0; id < batch.graph.size(); ++id) {
    const Array<double>& values = look.values.at(id);
    if (values.isFinite().all()) continue;
    const Node& node = batch.graph[id];
    const std::string_view remedy = way_out(program, batch, id);
    if (node.is_leaf()) {
      return fmt::format("{}; the first value that is not is {}{}, {}; {}", where,
                         node.is_named() ? node.name : "a constant",
                         node.leaf == LeafKind::parameter ? ", a parameter" : "",
                         what_is_wrong(values), remedy);
    }
    const NodeId line = line_holding(batch, id);
    const bool part = line != id;
    const std::string said = line < 0 ? "a running statistic" : line_text(program, batch, line);
    return fmt::format("{}; the first value that is not is {}{}, {}; {}", where,
                       part ? "a part of " : "", said, what_is_wrong(values), remedy);
  }
  return where + " as it is computed in training, though step by step it is: lower lr";
}

std::vector<WatchedUnits> watched_units(const BatchGraph& batch) {
  std::vector<WatchedUnits> found;
  for (NodeId id = 0; id < batch.graph.size(); ++id) {
    const Node& node = batch.graph[id];
    if (node.is_leaf() || id == batch.prediction || node.operation->hidden == nullptr ||
        node.operation->hidden->is_idle == nullptr)
      continue;
    const NodeId line = line_holding(batch, id);
    found.push_back({node.operation->hidden, id,
                     line < 0 ? std::string(node.operation->call) : batch.graph[line].name});
  }
  return found;
}

}  // namespace tracer
