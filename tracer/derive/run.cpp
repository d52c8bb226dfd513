#include "tracer/derive/run.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "tracer/derive/elementary.hpp"
#include "tracer/derive/run_batch.hpp"
#include "tracer/language/diagnostic.hpp"
#include "tracer/number/random.hpp"
#include "tracer/train/parts.hpp"

namespace tracer {

bool round_in_place(View<Exact> values, const Rounding& rounding) {
  // on a copy, for round() throws Undecided: then none is rounded, and not those before the tie
  Array<Exact> all = values;
  bool changed = false;
  for (Eigen::Index k = 0; k < all.size(); ++k) {
    Exact rounded = round(all(k), rounding);
    changed = changed || !all(k).is_rational() || all(k).rational() != rounded.rational();
    all(k) = std::move(rounded);
  }
  values = all;
  return changed;
}

OnLine rounds_every_line(const Rounding& rounding) {
  return [rounding](const PageLine& line, View<Exact> value) {
    return line.kind != PageLine::Kind::given && round_in_place(value, rounding);
  };
}

namespace {

Array<Exact> under(const LeafValue& value, Working working) { return exact_value(value, working); }

}  // namespace

Run::Run(const Program& program, RunOptions options)
    : program_(program), options_(std::move(options)) {
  for (const std::string& name : program.parameters) {
    parameters_.emplace(name, under(program.values.at(name), options_.working));
  }
  trained_.resize(static_cast<std::size_t>(program.data ? program.data->count : 1));
  std::iota(trained_.begin(), trained_.end(), 0);
  if (program.training) {
    const Training& training = *program.training;
    if (training.optimizer.name == "lbfgs") {
      throw Error(
          "a derivation can't follow lbfgs, which tries several points in each step; to see the "
          "gradients take the train line out, or write sgd in it");
    }
    optimizer_ = Optimizer::make(
        {training.optimizer.name, training.optimizer.numbers, training.optimizer.flags});
    if (Parts parts = parts_of(program); !parts.train.empty()) trained_ = std::move(parts.train);
  }
  const auto samples = static_cast<int>(trained_.size());
  if (program.training) {
    const int wanted = program.training->batch_size;
    const int size = wanted <= 0 ? samples : std::min(wanted, samples);
    steps_per_epoch_ = (samples + size - 1) / size;
    steps_ = steps_per_epoch_ * program.training->epochs;
  } else {
    steps_per_epoch_ = samples;
    steps_ = samples;
  }
  order_ = trained_;
}

bool Run::by_sample() const {
  return program_.data.has_value() && steps_per_epoch_ == static_cast<long long>(trained_.size());
}

std::vector<int> Run::samples_of(long long step) {
  if (!program_.data) return {};
  const long long epoch = step / steps_per_epoch_;
  const auto samples = static_cast<int>(trained_.size());
  if (program_.training && program_.training->shuffle && epoch != order_epoch_) {
    order_ = RandomStream(program_.seed, fmt::format("shuffle {}", epoch + 1)).permutation(samples);
    for (int& sample : order_) sample = trained_[static_cast<std::size_t>(sample)];
  }
  order_epoch_ = epoch;
  const int size = static_cast<int>((samples + steps_per_epoch_ - 1) / steps_per_epoch_);
  const int wanted = program_.training && program_.training->batch_size > 0
                         ? std::min(program_.training->batch_size, samples)
                         : size;
  const auto first = static_cast<int>(step % steps_per_epoch_) * wanted;
  const int last = std::min(first + wanted, samples);
  return {order_.begin() + first, order_.begin() + last};
}

Run::Batch& Run::batch_for(int size) {
  std::shared_ptr<Batch>& batch = batches_[size];
  if (batch) return *batch;
  batch = std::make_shared<Batch>();
  batch->graph = std::make_shared<const BatchGraph>(
      options_.elementary ? elementary(program_.graph(size)) : program_.graph(size));
  const BatchGraph& graph = *batch->graph;
  std::vector<NodeId> wrt = graph.lines;
  for (const std::string& name : program_.wrt) {
    const NodeId id = graph.graph.find(name);
    if (id >= 0) wrt.push_back(id);
  }
  batch->tape = std::make_unique<Tape<Exact>>(graph.graph, wrt, options_.working);
  watch(*batch);
  return *batch;
}

// A mask that was given in place of drawn ones: for this batch, or for all the data.
Array<Exact> Run::given_mask(const std::string& name, const Shape& wanted,
                             const std::vector<int>& samples) const {
  const bool rows = program_.data && program_.data->rows;
  Array<Exact> mask = under(program_.values.at(name), options_.working);
  const Eigen::Index count = rows ? mask.rows() : mask.cols();
  if (program_.data && count == program_.data->count)
    mask = under(chosen_samples(program_.values.at(name), samples, rows), options_.working);
  if (mask.rows() == wanted.rows.count && mask.cols() == wanted.columns.count) return mask;
  throw Error(
      fmt::format("{} was given for {} samples, and step {} has {}; give it for the whole data, or "
                  "one batch of it",
                  name, count, step_ + 1, samples.size()));
}

void Run::fill(Batch& batch, const std::vector<int>& samples) {
  const BatchGraph& graph = *batch.graph;
  for (const auto& [name, id] : graph.leaves) {
    View<Exact> place = batch.tape->value(id);
    if (const auto parameter = parameters_.find(name); parameter != parameters_.end()) {
      place = parameter->second;
    } else if (const auto state = states_.find(name); state != states_.end()) {
      place = state->second;
    } else if (const auto value = program_.values.find(name); value != program_.values.end()) {
      place = graph.masks.contains(id) ? given_mask(name, graph.graph[id].shape, samples)
                                       : under(value->second, options_.working);
    } else if (const auto mask = graph.masks.find(id); mask != graph.masks.end()) {
      RandomStream stream(program_.seed, fmt::format("{} {}", name, step_ + 1));
      const float drop = static_cast<float>(Exact(mask->second).to_double());
      for (Eigen::Index k = 0; k < place.size(); ++k) place(k) = stream.uniform() < drop ? 0 : 1;
    } else if (program_.data) {
      const auto at = std::ranges::find(program_.data->names, name) - program_.data->names.begin();
      place = under(program_.data->batch(static_cast<std::size_t>(at), samples), options_.working);
    }
    if (!optimizer_ || !parameters_.contains(name)) pass(PageLine::Kind::given, name, "", place);
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
    const Exact& value = std::as_const(*batch->second->tape).value(operand)(0, 0);
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
    const ConstView<Exact> p = std::as_const(*batch.tape).value(node.operands[0]);
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
  record.epoch = static_cast<int>(step_ / steps_per_epoch_ + 1);
  const std::vector<int> samples = samples_of(step_);
  for (const int sample : samples) record.samples.push_back(sample + 1);
  record.before = parameters_;

  Batch& batch = batch_for(program_.data ? static_cast<int>(samples.size()) : 1);
  if (states_.empty()) {
    for (const auto& [leaf, next] : batch.graph->state_updates) {
      const std::string& name = batch.graph->graph[leaf].name;
      states_.emplace(name, under(program_.values.at(name), options_.working));
    }
  }
  batch.rounded_values.clear();
  batch.rounded_adjoints.clear();
  batch.gaps = {};
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

// Clipped gradients would need a line of their own on the page; they pass where nothing is clipped.
void Run::check_clipping(const StepRecord& record, const Graph& graph) const {
  const Training& training = *program_.training;
  if (!training.clip_norm && !training.clip_value) return;
  const auto fail = [&](std::string_view option) {
    const std::string fewer =
        record.step > 1 ? fmt::format("derive fewer steps (--steps {}), or ", record.step - 1) : "";
    throw Error(fmt::format(
        "step {}: {} cuts the gradient here, which a derivation does not follow; {}take {} out of "
        "the train line",
        record.step, option, fewer, option));
  };
  Exact squares = 0;
  for (const std::string& name : program_.parameters) {
    const auto gradient = record.adjoints.find(graph.find(name));
    if (gradient == record.adjoints.end()) continue;
    for (Eigen::Index k = 0; k < gradient->second.size(); ++k) {
      const Exact& entry = gradient->second(k);
      if (training.clip_norm) squares = squares + entry * entry;
      if (training.clip_value && abs(entry) > Exact(*training.clip_value)) fail("clip_value");
    }
  }
  if (!training.clip_norm) return;
  // PyTorch scales where norm + 1e-6 is above the limit
  const Rational most = *training.clip_norm - Rational(1, 1'000'000);
  if (most < 0 || squares > Exact(most * most)) fail("clip_norm");
}

void Run::update(StepRecord& record, Batch& batch) {
  const Graph& graph = batch.graph->graph;
  check_clipping(record, graph);
  const Training& training = *program_.training;
  if (training.schedule.kind != Schedule::Kind::constant || training.schedule.warmup > 0) {
    const Moment at{record.epoch, static_cast<int>(step_ % steps_per_epoch_ + 1),
                    static_cast<int>(steps_per_epoch_), training.epochs};
    record.lr = rate_at(training.schedule, optimizer_->number("lr"), at);
  }
  for (const std::string& name : program_.parameters) {
    const NodeId id = graph.find(name);
    if (id < 0 || !record.adjoints.contains(id)) continue;
    const Array<Exact>& gradient = record.adjoints.at(id);
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
    made.lines =
        optimizer_->lines(Symbol::leaf("w", notation::name(name), shape),
                          Symbol::leaf("g", notation::name("g"), shape), record.step, record.lr);
    made.leaves.emplace("w", parameter);
    made.leaves.emplace("g", gradient);
    for (const std::string& kept : optimizer_->states()) {
      made.leaves.emplace(Quantity(Quantity::before, kept), std::as_const(state->second)[kept]);
    }
    Optimizer::StepOptions<Exact> options;
    options.step = record.step;
    if (record.lr) options.lr = Exact(*record.lr, options_.working);
    std::size_t line = 0;
    options.on_line = [&](View<Exact> value) {
      const std::string& line_name = made.lines[line].name;
      if (const auto gap = batch.gaps.adjoints.find(id); gap != batch.gaps.adjoints.end()) {
        options_.on_gap({record.step, PageLine::Kind::update, name, line_name}, value, gap->second);
      } else if (pass(PageLine::Kind::update, name, line_name, value)) {
        record.rounded_updates.insert(line_name.empty() ? name : name + " " + line_name);
      }
      made.results.emplace_back(value);
      if (!line_name.empty()) made.leaves.emplace(made.lines[line].symbol.stands_for(), value);
      ++line;
    };
    optimizer_->step<Exact>(View<Exact>(parameter.data(), parameter.rows(), parameter.cols()),
                            ConstView<Exact>(gradient.data(), gradient.rows(), gradient.cols()),
                            state->second, options);
    record.updates.push_back(std::move(made));
  }
}

}  // namespace tracer
