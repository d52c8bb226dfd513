#include "tracer/derive/run.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "tracer/derive/run_lines.hpp"
#include "tracer/graph/cost.hpp"
#include "tracer/language/diagnostic.hpp"
#include "tracer/language/remake.hpp"
#include "tracer/run/clipping.hpp"

namespace tracer {
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

// The program, unless it can't be run.
const Program& accepted(const Program& program) {
  double numbers = 0;
  for (const auto& [name, value] : program.values)
    numbers += 1.0 * sample_count(value, true) * sample_count(value, false);
  if (numbers > RunOptions::most_numbers) fail_too_large(numbers);
  if (program.training && program.training->optimizer.searches()) {
    throw Error(
        "a derivation can't follow lbfgs, which tries several points in each step; to see the "
        "gradients take the train line out, or write sgd in it");
  }
  return program;
}

}  // namespace

Run::Run(const Program& program, RunOptions options)
    : program_(accepted(program)),
      options_(std::move(options)),
      lines_(std::make_unique<Lines>()),
      run_(program, {.working = options_.working,
                     .wrt = options_.wrt,
                     .wrt_alone = options_.wrt_alone,
                     .on_graph = [this](auto graph) { return prepared(std::move(graph)); },
                     .on_batch = [this](Batch& batch) { watch(batch); }}) {}

Run::~Run() = default;

bool Run::by_sample() const { return program_.data.has_value() && run_.plan().batch_size() == 1; }

namespace {

// What a step takes, in multiplications of two numbers: a pass forward, and two of the same size
// back. In a product of matrices they are multiplications of integers (number/exact_product.hpp).
double work_of(const Graph& graph) {
  constexpr double of_product = 1.0 / 16;
  double work = 0;
  for (NodeId id = 0; id < graph.size(); ++id) {
    const bool is_product = !graph[id].is_leaf() && graph[id].operation->law == Law::matmul;
    work += cost_of(graph, id, over_intervals) * (is_product ? of_product : 1);
  }
  return 3 * work;
}

}  // namespace

void Run::require_work(long long last) {
  // A step that has not been looked at is as the first: only the last batch of an epoch is smaller.
  const double of_one = work_of(run_.batch().graph->graph);
  const double work = of_one * static_cast<double>(last);
  if (work <= 1e6 * options_.most_work) return;
  const double most = std::floor(1e6 * options_.most_work / of_one);
  throw Error(fmt::format(
      "the working of this lesson takes {:.3g} million exact multiplications up to step {}, and "
      "{:g} million is the most: {}, take smaller matrices, or allow more, --work {:.0f}",
      work / 1e6, last, options_.most_work,
      most >= 1 ? fmt::format("show {:.0f} step{} or sample{} at most", most, most > 1 ? "s" : "",
                              most > 1 ? "s" : "")
                : "take fewer samples in a batch",
      std::ceil(work / 1e6)));
}

std::shared_ptr<const BatchGraph> Run::prepared(std::shared_ptr<const BatchGraph> batch) const {
  if (options_.elementary) batch = std::make_shared<const BatchGraph>(elementary(*batch));
  const Graph& graph = batch->graph;
  double numbers = 0;
  for (NodeId id = 0; id < graph.size(); ++id)
    numbers += 2 * static_cast<double>(graph[id].shape.count());  // its value and adjoint
  if (numbers > RunOptions::most_numbers) fail_too_large(numbers);
  return batch;
}

void Run::fill(Batch& batch) {
  run_.fill(batch);
  for (const Leaves<Exact>::Leaf& leaf : batch.leaves->all()) {
    if (!optimizer() || !parameters().contains(leaf.name))
      pass(PageLine::Kind::given, leaf.name, "", batch.tape->own_value(leaf.id));
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

// "z = 0, w = 1": the scalars that the line of a node uses, as far as they are computed
std::string operands_of(const LessonRun<Exact>::Batch& batch, NodeId id) {
  const Graph& graph = batch.graph->graph;
  std::string text;
  for (const NodeId operand : graph.line_operands(id)) {
    const Node& node = graph[operand];
    if (!node.is_named() || !node.shape.is_scalar()) continue;
    const Exact& value = batch.tape->value(operand)(0, 0);
    text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", node.name, brief(value));
  }
  return text;
}

}  // namespace

void Run::rethrow_undecided(const BatchGraph& graph, NodeId id, const std::string& what) const {
  Diagnostic diagnostic;
  diagnostic.span = place_of(graph, id);
  diagnostic.message =
      fmt::format("{}, with {} bits, in step {}", what, options_.working.bits, step());
  diagnostic.remedy =
      "two values that are equal, or nearly so, meet at a corner: move one of them, or write it "
      "exactly";
  throw Undecided(render(*program_.source, diagnostic));
}

void Run::rethrow(const Batch& batch, NodeId id, const std::string& what, bool backward) const {
  Diagnostics diagnostics;
  std::string remedy =
      backward ? "the slope does not exist here: move the value away from this point" : "";
  const Operation* operation = batch.graph->graph[id].operation;
  if (operation != nullptr && !operation->order.empty())
    remedy += fmt::format("{}{}", remedy.empty() ? "" : "; ", operation->order);
  if (const std::string operands = operands_of(batch, id); !operands.empty()) {
    remedy += fmt::format("{}here {}", remedy.empty() ? "" : "; ", operands);
  }
  diagnostics.error(
      place_of(*batch.graph, id),
      (backward ? "on the way back: " : "") + what + fmt::format(", in step {}", step()), remedy);
  diagnostics.throw_if_errors(*program_.source);
  throw Error(what);
}

// A loss that tells its classes by the sign has no use for a class that is 0.
void Run::check_signs(const Batch& batch) const {
  const Graph& graph = batch.graph->graph;
  for (NodeId id = 0; id < graph.size(); ++id) {
    const Loss* loss = graph[id].is_leaf() ? nullptr : graph[id].operation->loss;
    if (loss == nullptr || loss->targets != Loss::Targets::signs) continue;
    const NodeId targets = graph[id].operands[1];
    if (!graph[targets].is_leaf() || graph[targets].leaf == LeafKind::parameter) continue;
    const ConstView<Exact> y = batch.tape->value(targets);
    const auto is = [](const Exact& entry, int n) {
      return entry.is_rational() && entry.rational() == n;
    };
    bool zero = false, others = false;
    for (Eigen::Index k = 0; k < y.size(); ++k) {
      zero = zero || is(y(k), 0);
      others = others || (!is(y(k), 0) && !is(y(k), 1));
    }
    if (!zero || others) continue;
    const std::string name = graph[targets].is_named() ? graph[targets].name : "Y";
    Diagnostics diagnostics;
    diagnostics.error(place_of(*batch.graph, id),
                      fmt::format("{} takes targets -1 and 1, and {} has a 0, in step {}",
                                  graph[id].operation->call, name, step()),
                      fmt::format("where {0} is 0 and 1 write 2*{0} - 1 in its place", name));
    diagnostics.throw_if_errors(*program_.source);
  }
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
          batch, id,
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
    rethrow(batch, error.node, error.what(), false);
  } catch (const NodeUndecided& undecided) {
    rethrow_undecided(*batch.graph, undecided.node, undecided.what());
  }
  if (options_.on_gap) return;
  check_probabilities(batch);
  check_signs(batch);
}

StepRecord Run::next() {
  StepRecord record;
  record.step = step();
  record.epoch = run_.plan().epoch(run_.step());
  for (const int sample : run_.samples()) record.samples.push_back(sample + 1);
  record.before = parameters();

  Batch& batch = run_.batch();
  *lines_ = {};
  require_work(step());
  fill(batch);
  run_forward(batch);
  try {
    run_.backward(batch);
  } catch (const NodeError& error) {
    rethrow(batch, error.node, error.what(), error.in_backward);
  } catch (const NodeUndecided& undecided) {
    rethrow_undecided(*batch.graph, undecided.node, undecided.what());
  }

  record.batch = batch.graph;
  const Graph& graph = batch.graph->graph;
  const Tape<Exact>& tape = *batch.tape;
  for (NodeId id = 0; id < graph.size(); ++id) {
    if (!graph[id].is_named()) continue;
    record.values.emplace(id, tape.value(id));
    if (tape.wants(id) && tape.reached(id)) record.adjoints.emplace(id, tape.adjoint(id));
  }
  record.rounded_values = lines_->rounded_values;
  record.rounded_adjoints = lines_->rounded_adjoints;
  record.wrong = wrong_in(batch);

  run_.keep_states(batch);
  if (optimizer()) record.lr = run_.rate();
  if (optimizer() && updates_) {
    run_.update(batch, [&](LessonRun<Exact>::Update& of) {
      record.updates.push_back(update(record, graph, of));
    });
  }
  record.after = parameters();
  if (optimizer() && updates_ && options_.loss_after) {
    fill(batch);
    run_forward(batch);
    record.loss_after = tape.value(batch.graph->loss);
  }
  run_.finish();
  return record;
}

// What is cut off a gradient: the first lines of its update. Gives what is left, as a symbol.
Symbol Run::clip(LessonRun<Exact>::Update& of, const Symbol& g, UpdateRecord& made) const {
  const Training& training = *program_.training;
  Symbol left = g;
  if (of.norm) made.leaves.emplace(clipping::norm_key, Array<Exact>::Constant(1, 1, *of.norm));
  run_.clip(of, [&](LessonRun<Exact>::Cut cut) {
    Optimizer::Line line = cut == LessonRun<Exact>::Cut::norm
                               ? clipping::norm_line(left, *training.clip_norm)
                               : clipping::value_line(left, *training.clip_value);
    left = line.symbol;
    made.lines.push_back(std::move(line));
    ++made.clipped;
    of.options.on_line({of.gradient.data(), of.gradient.rows(), of.gradient.cols()});
  });
  return left;
}

UpdateRecord Run::update(StepRecord& record, const Graph& graph,
                         LessonRun<Exact>::Update& of) const {
  const std::string& name = of.name;
  const Shape shape = graph[of.id].shape;
  UpdateRecord made;
  made.parameter = name;
  made.leaves.emplace("w", of.parameter);
  made.leaves.emplace("g", of.gradient);
  for (const std::string& kept : optimizer()->states()) {
    made.leaves.emplace(Quantity(Quantity::before, kept), std::as_const(of.state)[kept]);
  }
  of.options.on_line = [&](View<Exact> value) {
    const Optimizer::Line& line = made.lines[made.results.size()];
    const auto& gaps = lines_->gaps.adjoints;
    if (const auto gap = gaps.find(of.id); gap != gaps.end()) {
      options_.on_gap({record.step, PageLine::Kind::update, name, line.name}, value, gap->second);
    } else if (pass(PageLine::Kind::update, name, line.name, value)) {
      record.rounded_updates.insert(line.name.empty() ? name : name + " " + line.name);
    }
    made.results.emplace_back(value);
    if (!line.name.empty()) made.leaves.emplace(line.symbol.stands_for(), value);
  };
  const Symbol g = clip(of, Symbol::leaf("g", notation::name("g"), shape), made);
  std::ranges::move(
      optimizer()->lines(Symbol::leaf("w", notation::name(name), shape), g, record.step, record.lr),
      std::back_inserter(made.lines));
  run_.move(of);
  return made;
}

std::string next_part_name(const Graph& graph, int& count) {
  std::string name;
  do name = fmt::format("t{}", ++count);
  while (graph.find(name) >= 0);
  return name;
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
        made.graph.name(id, next_part_name(batch.graph, count));
      }
      made.lines.push_back(id);
      if (place != batch.places.end()) made.places[id] = place->second;
    }
  }
  return made;
}

}  // namespace tracer
