// The lines of a run: as each is computed it goes through the hooks of RunOptions; and what becomes
// of those that have no value.
#include "tracer/derive/run_batch.hpp"

namespace tracer {
namespace {

// A sum passes on what it got, whatever its terms are.
bool slope_is_constant(Law law) {
  return law == Law::add || law == Law::subtract || law == Law::negate || law == Law::transpose ||
         is_linear(law);
}

}  // namespace

void Gaps::reach_value(const Graph& graph, NodeId id) {
  for (const NodeId operand : graph[id].operands) {
    if (const auto gap = values.find(operand); gap != values.end()) values.emplace(id, gap->second);
  }
}

void Gaps::leave_adjoint(const Graph& graph, NodeId id) {
  const Node& node = graph[id];
  if (node.is_leaf()) return;
  if (const auto gap = adjoints.find(id); gap != adjoints.end()) {
    for (const NodeId operand : node.operands) adjoints.emplace(operand, gap->second);
    return;
  }
  const Law law = node.operation->law;
  if (slope_is_constant(law)) return;
  // the slope of a product in one factor is the other; of log x it is in x, whatever log x is
  const bool product = law == Law::multiply || law == Law::matmul;
  for (const NodeId missing : node.operands) {
    const auto gap = values.find(missing);
    if (gap == values.end()) continue;
    for (const NodeId operand : node.operands) {
      if (!product || operand != missing) adjoints.emplace(operand, gap->second);
    }
  }
}

// A batch stays where it is for as long as the run does.
void Run::watch(Batch& batch) {
  if (!options_.on_line && !options_.on_gap) return;
  Tape<Exact>& tape = *batch.tape;
  tape.on_value = [this, &batch](NodeId id, View<Exact> value) { take_value(batch, id, value); };
  tape.on_adjoint = [this, &batch](NodeId id, View<Exact> value) {
    take_adjoint(batch, id, value);
  };
  if (!options_.on_gap) return;
  tape.on_no_value = [&batch](NodeId id, const std::string& why) { batch.gaps.values[id] = why; };
  tape.on_no_adjoint = [&batch](NodeId id, const std::string& why) {
    batch.gaps.adjoints[id] = why;
  };
}

void Run::take_value(Batch& batch, NodeId id, View<Exact> value) const {
  const Node& node = batch.graph->graph[id];
  if (node.is_leaf()) return;
  batch.gaps.reach_value(batch.graph->graph, id);
  if (!node.is_named()) return;
  const auto gap = batch.gaps.values.find(id);
  if (gap == batch.gaps.values.end()) {
    if (pass(PageLine::Kind::value, node.name, "", value)) batch.rounded_values.insert(id);
  } else if (options_.on_gap({static_cast<int>(step_ + 1), PageLine::Kind::value, node.name, ""},
                             value, gap->second)) {
    batch.gaps.values.erase(gap);
  }
}

void Run::take_adjoint(Batch& batch, NodeId id, View<Exact> adjoint) const {
  const Node& node = batch.graph->graph[id];
  const auto gap = batch.gaps.adjoints.find(id);
  if (node.is_named() && gap == batch.gaps.adjoints.end()) {
    if (pass(PageLine::Kind::gradient, node.name, "", adjoint)) batch.rounded_adjoints.insert(id);
  } else if (node.is_named() &&
             options_.on_gap({static_cast<int>(step_ + 1), PageLine::Kind::gradient, node.name, ""},
                             adjoint, gap->second)) {
    batch.gaps.adjoints.erase(gap);
  }
  batch.gaps.leave_adjoint(batch.graph->graph, id);
}

bool Run::pass(PageLine::Kind kind, const std::string& name, const std::string& part,
               View<Exact> value) const {
  return options_.on_line &&
         options_.on_line({static_cast<int>(step_ + 1), kind, name, part}, value);
}

}  // namespace tracer
