// The lines of a run: as each is computed it goes through the hooks of RunOptions; and what becomes
// of those that have no value.
#include "tracer/derive/run_lines.hpp"

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

void Run::watch(Batch& batch) {
  if (!options_.on_line && !options_.on_gap) return;
  const Graph& graph = batch.graph->graph;
  Tape<Exact>& tape = *batch.tape;
  tape.on_value = [this, &graph](NodeId id, View<Exact> value) { take_value(graph, id, value); };
  tape.on_adjoint = [this, &graph](NodeId id, View<Exact> value) {
    take_adjoint(graph, id, value);
  };
  if (!options_.on_gap) return;
  tape.on_no_value = [this](NodeId id, const std::string& why) { lines_->gaps.values[id] = why; };
  tape.on_no_adjoint = [this](NodeId id, const std::string& why) {
    lines_->gaps.adjoints[id] = why;
  };
}

void Run::take_value(const Graph& graph, NodeId id, View<Exact> value) {
  const Node& node = graph[id];
  if (node.is_leaf()) return;
  Gaps& gaps = lines_->gaps;
  gaps.reach_value(graph, id);
  if (!node.is_named()) return;
  const auto gap = gaps.values.find(id);
  if (gap == gaps.values.end()) {
    if (pass(PageLine::Kind::value, node.name, "", value)) lines_->rounded_values.insert(id);
  } else if (options_.on_gap({step(), PageLine::Kind::value, node.name, ""}, value, gap->second)) {
    gaps.values.erase(gap);
  }
}

void Run::take_adjoint(const Graph& graph, NodeId id, View<Exact> adjoint) {
  const Node& node = graph[id];
  Gaps& gaps = lines_->gaps;
  const auto gap = gaps.adjoints.find(id);
  if (node.is_named() && gap == gaps.adjoints.end()) {
    if (pass(PageLine::Kind::gradient, node.name, "", adjoint)) lines_->rounded_adjoints.insert(id);
  } else if (node.is_named() && options_.on_gap({step(), PageLine::Kind::gradient, node.name, ""},
                                                adjoint, gap->second)) {
    gaps.adjoints.erase(gap);
  }
  gaps.leave_adjoint(graph, id);
}

bool Run::pass(PageLine::Kind kind, const std::string& name, const std::string& part,
               View<Exact> value) const {
  return options_.on_line && options_.on_line({step(), kind, name, part}, value);
}

}  // namespace tracer
