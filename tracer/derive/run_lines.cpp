// The lines of a run: as each is computed it goes through the hooks of RunOptions; and what becomes
// of those that have no value.
#include "tracer/derive/run_lines.hpp"

#include "tracer/derive/formulas.hpp"
#include "tracer/derive/rules.hpp"
#include "tracer/error.hpp"

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
  if (!options_.on_line && !options_.on_gap && !options_.wrong) return;
  const Graph& graph = batch.graph->graph;
  Tape<Exact>& tape = *batch.tape;
  tape.on_value = [this, &graph](NodeId id, View<Exact> value) { take_value(graph, id, value); };
  tape.on_adjoint = [this, &graph, &batch](NodeId id, View<Exact> value) {
    if (!take_wrong_gradient(batch, id, value) &&
        options_.contributions == RunOptions::Contributions::lines)
      take_contributions(batch, id, value);
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

const Rules& Run::rules_of(const std::shared_ptr<const BatchGraph>& batch) {
  std::shared_ptr<const Rules>& rules = rules_[batch];
  if (rules) return *rules;
  std::vector<NodeId> wrt;
  const auto add = [&](const std::vector<std::string>& names) {
    for (const std::string& name : names)
      if (const NodeId id = batch->graph.find(name); id >= 0) wrt.push_back(id);
  };
  add(program_.wrt);
  add(options_.wrt);
  rules = std::make_shared<Rules>(*batch, wrt, program_.seed_name, Assumptions(program_, *batch));
  return *rules;
}

namespace {

// What a leaf of a formula is on this tape, once the lines after it have their gradients.
Array<Exact> on_tape(const Tape<Exact>& tape, const Graph& graph, const Symbol& leaf) {
  const NodeId node = graph.node_of(leaf.stands_for());
  if (leaf.stands_for().kind == Quantity::adjoint) return tape.adjoint(node);
  return tape.value(node);
}

}  // namespace

// The gradients that are to be wrong in this step.
const std::map<NodeId, Symbol>& Run::wrong_in(const Batch& batch) {
  static const std::map<NodeId, Symbol> none;
  if (!options_.wrong || step() < options_.wrong_from) return none;
  const auto [known, is_new] = wrong_.try_emplace(batch.graph);
  if (is_new) known->second = options_.wrong(*batch.graph, rules_of(batch.graph));
  return known->second;
}

bool Run::take_wrong_gradient(const Batch& batch, NodeId id, View<Exact> adjoint) {
  const Graph& graph = batch.graph->graph;
  const std::map<NodeId, Symbol>& all = wrong_in(batch);
  const auto wrong = all.find(id);
  if (wrong == all.end()) return false;
  const auto of = [&](const Symbol& leaf) { return on_tape(*batch.tape, graph, leaf); };
  adjoint = in_shape(evaluate(wrong->second, of, options_.working), graph[id].shape);
  return true;
}

// Where several lines use a value, what each of them contributes is a line of the page. Where that
// is changed (rounded), the sum of the changed ones stands in place of what the tape has added up.
void Run::take_contributions(const Batch& batch, NodeId id, View<Exact> adjoint) {
  const Graph& graph = batch.graph->graph;
  if (!graph[id].is_named() || !lines_->gaps.values.empty() || !lines_->gaps.adjoints.empty())
    return;
  const Rules& rules = rules_of(batch.graph);
  const GradientRule* rule = rules.find(id);
  if (rule == nullptr || rule->paths.size() < 2) return;

  const auto of = [&](const Symbol& leaf) { return on_tape(*batch.tape, graph, leaf); };
  Array<Exact> sum = Array<Exact>::Constant(adjoint.rows(), adjoint.cols(), Exact(0));
  bool changed = false;
  try {
    for (const Path& path : rule->paths) {
      Array<Exact> whole =
          in_shape(evaluate(rules.contribution(path), of, options_.working), graph[id].shape);
      changed = pass(PageLine::Kind::contribution, graph[id].name, graph[path.line].name,
                     {whole.data(), whole.rows(), whole.cols()}) ||
                changed;
      sum += whole;
    }
  } catch (const DomainError&) {
    return;  // 0/0 in a formula for what the tape knows to be 0: it stays as it is added up
  }
  if (changed) adjoint = sum;
}

bool Run::pass(PageLine::Kind kind, const std::string& name, const std::string& part,
               View<Exact> value) const {
  return options_.on_line && options_.on_line({step(), kind, name, part}, value);
}

}  // namespace tracer
