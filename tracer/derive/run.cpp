#include "tracer/derive/run.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "tracer/derive/run_batch.hpp"
#include "tracer/language/diagnostic.hpp"
#include "tracer/language/remake.hpp"
#include "tracer/run/clipping.hpp"

namespace tracer {
namespace {

View<Exact> view_of(Array<Exact>& values) { return {values.data(), values.rows(), values.cols()}; }
ConstView<Exact> view_of(const Array<Exact>& values) {
  return {values.data(), values.rows(), values.cols()};
}

}  // namespace

namespace {

bool round_all(View<Exact> values, const Rounding& rounding,
               Exact (*round_one)(const Exact&, const Rounding&)) {
  // on a copy, for round() throws Undecided: then none is rounded, and not those before the tie
  Array<Exact> all = values;
  bool changed = false;
  for (Eigen::Index k = 0; k < all.size(); ++k) {
    Exact rounded = round_one(all(k), rounding);
    changed = changed || !all(k).is_rational() || all(k).rational() != rounded.rational();
    all(k) = std::move(rounded);
  }
  values = all;
  return changed;
}

}  // namespace

bool round_in_place(View<Exact> values, const Rounding& rounding) {
  return round_all(values, rounding, &round);
}

OnLine rounds_every_line(const Rounding& rounding, std::function<void(const PageLine&)> on_tie) {
  return [rounding, on_tie](const PageLine& line, View<Exact> value) {
    if (line.kind == PageLine::Kind::given) return false;
    try {
      return round_in_place(value, rounding);
    } catch (const Undecided&) {
      if (!on_tie) throw;
    }
    const bool changed = round_all(value, rounding, &round_as_tie);
    on_tie(line);
    return changed;
  };
}

namespace {

[[noreturn]] void fail_too_large(double numbers) {
  throw Error(fmt::format(
      "this lesson takes {:.3g} million exact numbers, and {:g} million is the most: take smaller "
      "matrices, for which the working is the same, or fewer samples in a batch",
      numbers / 1e6, RunOptions::most_numbers / 1e6));
}

}  // namespace

Run::Run(const Program& program, RunOptions options)
    : program_(program), options_(std::move(options)), plan_(program) {
  double numbers = 0;
  for (const auto& [name, value] : program.values)
    numbers += 1.0 * sample_count(value, true) * sample_count(value, false);
  if (numbers > RunOptions::most_numbers) fail_too_large(numbers);
  for (const std::string& name : program.parameters)
    parameters_.emplace(name, exact_value(program.values.at(name), options_.working));
  if (!program.training) return;
  const OptimizerCall& call = program.training->optimizer;
  if (call.searches()) {
    throw Error(
        "a derivation can't follow lbfgs, which tries several points in each step; to see the "
        "gradients take the train line out, or write sgd in it");
  }
  optimizer_ = Optimizer::make({call.name, call.numbers, call.flags});
}

bool Run::by_sample() const { return program_.data.has_value() && plan_.batch_size() == 1; }

// A pass forward, and two of the same size back.
void Run::count_work(const BatchGraph& batch) {
  work_ += 3 * cost_of(batch.graph);
  if (work_ <= 1e6 * options_.most_work) return;
  throw Error(fmt::format(
      "the working of this lesson takes {:.3g} million exact multiplications up to step {}, and "
      "ends at {:g} million: show fewer steps or samples, take smaller matrices, or allow more, "
      "--work {:.0f}",
      work_ / 1e6, step_ + 1, options_.most_work, std::ceil(2 * work_ / 1e6)));
}

Run::Batch& Run::batch_for(int size) {
  std::shared_ptr<Batch>& batch = batches_[size];
  if (batch) return *batch;
  batch = std::make_shared<Batch>();
  batch->graph = program_.graph(size);
  if (options_.elementary)
    batch->graph = std::make_shared<const BatchGraph>(elementary(*batch->graph));
  const BatchGraph& graph = *batch->graph;
  double numbers = 0;
  for (NodeId id = 0; id < graph.graph.size(); ++id)
    numbers += 2 * static_cast<double>(graph.graph[id].shape.count());  // its value and adjoint
  if (numbers > RunOptions::most_numbers) fail_too_large(numbers);
  std::vector<NodeId> wrt = graph.lines;
  const auto add = [&](const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      const NodeId id = graph.graph.find(name);
      if (id >= 0) wrt.push_back(id);
    }
  };
  add(program_.wrt);
  add(options_.wrt);
  batch->tape = std::make_unique<Tape<Exact>>(graph.graph, wrt, options_.working);
  Kept<Exact> kept;
  for (const auto& [name, value] : parameters_) kept.emplace(name, value.data());
  for (const auto& [leaf, next] : graph.state_updates) {
    const std::string& name = graph.graph[leaf].name;
    const auto state =
        states_.try_emplace(name, exact_value(program_.values.at(name), options_.working)).first;
    kept.emplace(name, state->second.data());
  }
  batch->leaves.emplace(program_, graph, kept, nullptr, std::span<const NodeId>{},
                        options_.working);
  watch(*batch);
  return *batch;
}

void Run::fill(Batch& batch, std::span<const int> samples) {
  batch.leaves->take(samples, step_ + 1);
  for (const Leaves<Exact>::Leaf& leaf : batch.leaves->all()) {
    View<Exact> place = batch.tape->own_value(leaf.id);
    place = leaf.view();
    if (!optimizer_ || !parameters_.contains(leaf.name))
      pass(PageLine::Kind::given, leaf.name, "", place);
  }
}

namespace {

// where a node stands in the lesson; an unnamed part of a line may have no place of its own: then
// the next node that has one
Span place_of(const BatchGraph& graph, NodeId id) {
  while (id < graph.graph.size() - 1 && !graph.places.contains(id)) ++id;
  const auto place = graph.places.find(id);
  return place == graph.places.end() ? Span{} : place->second;
}

}  // namespace

void Run::rethrow_undecided(const BatchGraph& graph, NodeId id, const std::string& what) const {
  Diagnostic diagnostic;
  diagnostic.span = place_of(graph, id);
  diagnostic.message =
      fmt::format("{}, with {} bits, in step {}", what, options_.working.bits, step_ + 1);
  diagnostic.remedy =
      "two values that are equal, or nearly so, meet at a corner: move one of them, or write it "
      "exactly";
  throw Undecided(render(*program_.source, diagnostic));
}

// "z = 0, w = 1": the scalars that the line of a node uses, as far as they are computed
std::string Run::operands_of(const BatchGraph& graph, NodeId id) const {
  const auto batch = batches_.find(graph.batch_size);
  if (batch == batches_.end()) return "";
  std::string text;
  for (const NodeId operand : graph.graph.line_operands(id)) {
    const Node& node = graph.graph[operand];
    if (!node.is_named() || !node.shape.is_scalar()) continue;
    const Exact& value = batch->second->tape->value(operand)(0, 0);
    text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", node.name, brief(value));
  }
  return text;
}

void Run::rethrow(const BatchGraph& graph, NodeId id, const std::string& what,
                  bool backward) const {
  Diagnostics diagnostics;
  std::string remedy =
      backward ? "the slope does not exist here: move the value away from this point" : "";
  if (const std::string operands = operands_of(graph, id); !operands.empty()) {
    remedy += fmt::format("{}here {}", remedy.empty() ? "" : "; ", operands);
  }
  diagnostics.error(
      place_of(graph, id),
      (backward ? "on the way back: " : "") + what + fmt::format(", in step {}", step_ + 1),
      remedy);
  diagnostics.throw_if_errors(*program_.source);
  throw Error(what);
}

void Run::check_probabilities(const Batch& batch) const {
  const Graph& graph = batch.graph->graph;
  for (NodeId id = 0; id < graph.size(); ++id) {
    const Node& node = graph[id];
    if (node.is_leaf() || node.operation->takes != Takes::probabilities) continue;
    const OutputPair* pair = node.operation->output;
    const ConstView<Exact> p = batch.tape->value(node.operands[0]);
    for (Eigen::Index k = 0; k < p.size(); ++k) {
      const double value = p(k).to_double();
      if (value >= -1e-9 && value <= 1 + 1e-9) continue;
      const Node& operand = graph[node.operands[0]];
      rethrow(
          *batch.graph, id,
          fmt::format("{} takes probabilities, but {} has an entry {:.6g}{}", node.operation->call,
                      operand.is_named() ? operand.name : "its first argument", value,
                      pair != nullptr && pair->joined != nullptr
                          ? fmt::format("; for logits there is {}", pair->joined().call)
                          : ""),
          false);
    }
  }
}

void Run::run_forward(Batch& batch) {
  try {
    batch.tape->forward();
  } catch (const NodeError& error) {
    const Node& node = batch.graph->graph[error.node];
    if (node.operation != nullptr) check_probabilities(batch);
    rethrow(*batch.graph, error.node, error.what(), false);
  } catch (const NodeUndecided& undecided) {
    rethrow_undecided(*batch.graph, undecided.node, undecided.what());
  }
  if (!options_.on_gap) check_probabilities(batch);
}

StepRecord Run::next() {
  StepRecord record;
  record.step = static_cast<int>(step_ + 1);
  record.epoch = plan_.epoch(step_ + 1);
  const std::span<const int> samples = plan_.samples(step_ + 1);
  for (const int sample : samples) record.samples.push_back(sample + 1);
  record.before = parameters_;

  Batch& batch = batch_for(program_.data ? static_cast<int>(samples.size()) : 1);
  batch.rounded_values.clear();
  batch.rounded_adjoints.clear();
  batch.gaps = {};
  count_work(*batch.graph);
  fill(batch, samples);
  run_forward(batch);
  const BatchGraph& graph = *batch.graph;
  const Tape<Exact>& tape = *batch.tape;
  try {
    if (program_.seed_name.empty()) {
      batch.tape->backward(graph.loss);
    } else {
      batch.tape->backward(graph.loss, tape.value(graph.graph.find(program_.seed_name)));
    }
  } catch (const NodeError& error) {
    rethrow(graph, error.node, error.what(), error.in_backward);
  } catch (const NodeUndecided& undecided) {
    rethrow_undecided(graph, undecided.node, undecided.what());
  }

  record.batch = batch.graph;
  for (NodeId id = 0; id < graph.graph.size(); ++id) {
    if (!graph.graph[id].is_named()) continue;
    record.values.emplace(id, tape.value(id));
    if (tape.wants(id) && tape.reached(id)) record.adjoints.emplace(id, tape.adjoint(id));
  }
  record.rounded_values = batch.rounded_values;
  record.rounded_adjoints = batch.rounded_adjoints;

  for (const auto& [leaf, next] : graph.state_updates)
    states_[graph.graph[leaf].name] = tape.value(next);
  if (optimizer_) update(record, batch);
  record.after = parameters_;
  if (optimizer_ && options_.loss_after) {
    fill(batch, samples);
    run_forward(batch);
    record.loss_after = tape.value(graph.loss);
  }
  ++step_;
  return record;
}

// The joint norm of all gradients that an update goes by, where clip_norm cuts them.
std::optional<Exact> Run::norm_to_clip(const StepRecord& record) const {
  const Clipping<Exact> clipping(*program_.training, options_.working);
  if (!clipping.has_norm()) return std::nullopt;
  Exact squares = 0;
  for (const std::string& name : program_.parameters) {
    const auto gradient = record.adjoints.find(record.batch->graph.find(name));
    if (gradient != record.adjoints.end())
      squares += Clipping<Exact>::squares(view_of(gradient->second));
  }
  const Exact norm = sqrt(squares);
  return clipping.factor(norm) ? std::optional(norm) : std::nullopt;
}

// What is cut off a gradient: the first lines of its update, each handed to `written` once it is
// there. Gives what is left, as a symbol; `gradient` becomes that.
Symbol Run::clip(const std::optional<Exact>& norm, const Symbol& g, Array<Exact>& gradient,
                 UpdateRecord& made, const std::function<void(View<Exact>)>& written) const {
  const Training& training = *program_.training;
  const Clipping<Exact> clipping(training, options_.working);
  Symbol left = g;
  const auto add = [&](Optimizer::Line line) {
    left = line.symbol;
    made.lines.push_back(std::move(line));
    ++made.clipped;
    written(view_of(gradient));
  };
  if (norm) {
    made.leaves.emplace(clipping::norm_key, Array<Exact>::Constant(1, 1, *norm));
    gradient *= *clipping.factor(*norm);
    add(clipping::norm_line(left, *training.clip_norm));
  }
  if (clipping.has_value() && clipping.cut(view_of(gradient)))
    add(clipping::value_line(left, *training.clip_value));
  return left;
}

void Run::update(StepRecord& record, Batch& batch) {
  const Graph& graph = batch.graph->graph;
  if (plan_.has_schedule()) record.lr = plan_.rate(step_ + 1, optimizer_->number("lr"));
  const std::optional<Exact> norm = norm_to_clip(record);
  for (const std::string& name : program_.parameters) {
    const NodeId id = graph.find(name);
    if (id < 0 || !record.adjoints.contains(id)) continue;
    Array<Exact> gradient = record.adjoints.at(id);
    Array<Exact>& parameter = parameters_.at(name);
    auto state = moments_.find(name);
    if (state == moments_.end()) {
      state = moments_
                  .emplace(name, optimizer_->start<Exact>(gradient.rows(), gradient.cols(),
                                                          options_.working))
                  .first;
    }
    const Shape shape = graph[id].shape;
    UpdateRecord made;
    made.parameter = name;
    made.leaves.emplace("w", parameter);
    made.leaves.emplace("g", gradient);
    for (const std::string& kept : optimizer_->states()) {
      made.leaves.emplace(Quantity(Quantity::before, kept), std::as_const(state->second)[kept]);
    }
    Optimizer::StepOptions<Exact> options;
    options.step = record.step;
    if (record.lr) options.lr = Exact(*record.lr, options_.working);
    options.on_line = [&](View<Exact> value) {
      const Optimizer::Line& line = made.lines[made.results.size()];
      if (const auto gap = batch.gaps.adjoints.find(id); gap != batch.gaps.adjoints.end()) {
        options_.on_gap({record.step, PageLine::Kind::update, name, line.name}, value, gap->second);
      } else if (pass(PageLine::Kind::update, name, line.name, value)) {
        record.rounded_updates.insert(line.name.empty() ? name : name + " " + line.name);
      }
      made.results.emplace_back(value);
      if (!line.name.empty()) made.leaves.emplace(line.symbol.stands_for(), value);
    };
    const Symbol g =
        clip(norm, Symbol::leaf("g", notation::name("g"), shape), gradient, made, options.on_line);
    std::ranges::move(optimizer_->lines(Symbol::leaf("w", notation::name(name), shape), g,
                                        record.step, record.lr),
                      std::back_inserter(made.lines));
    optimizer_->step<Exact>(view_of(parameter), view_of(std::as_const(gradient)), state->second,
                            options);
    record.updates.push_back(std::move(made));
  }
}

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
