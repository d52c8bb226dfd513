#include "tracer/train/inspect.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tracer/error.hpp"
#include "tracer/language/suggest.hpp"

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

template <class S>
Watching<S>::Watching(const Program& program, const BatchGraph& batch,
                      const WeightsOver<S>& weights, const std::vector<std::string>& names)
    : weights_(weights) {
  std::vector<std::string> known = program.parameters;
  for (const NodeId line : batch.lines) known.push_back(batch.graph[line].name);
  const bool all = std::ranges::count(names, "all") > 0;
  for (const std::string& name : all ? known : names) {
    if (std::ranges::count(known, name) == 0) {
      throw Error(fmt::format("there is no parameter or line called {} to watch; {}", name,
                              suggested(name, known)));
    }
    Watched watched{name, -1, {}};
    const auto parameter = std::ranges::find(weights.learned(), name, &Stored<S>::name);
    if (parameter != weights.learned().end()) {
      watched.parameter = static_cast<int>(parameter - weights.learned().begin());
      watched.before.resize(parameter->values.size());
    }
    watched_.push_back(std::move(watched));
  }
}

template <class S>
std::vector<std::string> Watching<S>::lines() const {
  std::vector<std::string> lines;
  for (const Watched& watched : watched_) {
    if (watched.parameter < 0) lines.push_back(watched.name);
  }
  return lines;
}

template <class S>
void Watching<S>::before_update() {
  for (Watched& watched : watched_) {
    if (watched.parameter < 0) continue;
    std::ranges::copy(weights_.learned()[static_cast<std::size_t>(watched.parameter)].values,
                      watched.before.begin());
  }
}

template <class S>
void Watching<S>::after_update() {
  for (Watched& watched : watched_) {
    if (watched.parameter < 0) continue;
    const Stored<S>& now = weights_.learned()[static_cast<std::size_t>(watched.parameter)];
    const ConstView<S> before(watched.before.data(), now.rows, now.columns);
    watched.update = static_cast<double>((now.view() - before).matrix().norm());
  }
}

template <class S>
void Watching<S>::take_gradients(const StepLook& look) {
  for (Watched& watched : watched_) {
    if (watched.parameter >= 0) continue;
    const auto found = look.gradients.find(look.batch->graph.find(watched.name));
    watched.gradient = found == look.gradients.end() ? 0 : found->second.matrix().norm();
  }
}

template <class S>
std::vector<WatchRecord> Watching<S>::records(BatchRun<S>& run) const {
  std::vector<WatchRecord> records;
  const auto norm = [](const auto& values) { return static_cast<double>(values.matrix().norm()); };
  for (const Watched& watched : watched_) {
    WatchRecord record{watched.name, 0, 0, watched.update};
    if (watched.parameter >= 0) {
      const auto p = static_cast<std::size_t>(watched.parameter);
      record.value = norm(weights_.learned()[p].view());
      const View<S> gradient = run.gradient(p);
      if (gradient.size() > 0) record.gradient = norm(gradient);
    } else {
      const NodeId id = run.image(run.built().graph.find(watched.name));
      if (id < 0) continue;
      const Tape<S>& tape = run.tape();
      record.value = norm(tape.value(id));
      record.gradient = watched.gradient;
    }
    records.push_back(std::move(record));
  }
  return records;
}

template <class S>
std::vector<LearningUnits> learning_units_in(const BatchRun<S>& run, bool rows) {
  std::vector<LearningUnits> found;
  const BatchGraph& built = run.built();
  for (const WatchedUnits& activation : watched_units(built)) {
    const NodeId id = run.image(activation.node);
    const Shape& shape = built.graph[activation.node].shape;
    if (id < 0 || (rows ? shape.rows.count : shape.columns.count) != run.size()) continue;
    const int units = rows ? shape.columns.count : shape.rows.count;
    LearningUnits made{{activation.line, std::string(activation.activation->idle), 0, units}, {}};
    for (int unit = 0; unit < units; ++unit) {
      const bool idle = is_idle(activation, run.tape().value(id), unit, rows);
      made.learning.push_back(idle ? 0.F : 1.F);
    }
    found.push_back(std::move(made));
  }
  return found;
}

std::vector<IdleUnits> idle_among(std::vector<LearningUnits> all) {
  std::vector<IdleUnits> records;
  for (LearningUnits& units : all) {
    units.about.idle = static_cast<int>(std::ranges::count(units.learning, 0.F));
    if (units.about.idle > 0) records.push_back(std::move(units.about));
  }
  return records;
}

template <class S>
void look_into(const Program& program, const BatchRun<S>& run, StepLook& seen) {
  seen.batch = run.shared();
  const BatchGraph& batch = run.built();
  std::vector<NodeId> wrt = batch.lines;
  for (const std::string& name : program.wrt) {
    if (const NodeId id = batch.graph.find(name); id >= 0) wrt.push_back(id);
  }
  Tape<S> tape(batch.graph, wrt);
  for (const auto& [name, leaf] : batch.leaves) {
    if (const NodeId id = run.image(leaf); id >= 0) tape.own_value(leaf) = run.tape().value(id);
  }
  tape.forward();
  tape.backward(batch.loss);
  const Tape<S>& made = tape;
  for (NodeId id = 0; id < batch.graph.size(); ++id) {
    seen.values.emplace(id, made.value(id).template cast<double>());
    if (made.wants(id) && made.reached(id))
      seen.gradients.emplace(id, made.adjoint(id).template cast<double>());
  }
}

template class Watching<float>;
template class Watching<double>;
template std::vector<LearningUnits> learning_units_in(const BatchRun<float>&, bool);
template std::vector<LearningUnits> learning_units_in(const BatchRun<double>&, bool);
template void look_into(const Program&, const BatchRun<float>&, StepLook&);
template void look_into(const Program&, const BatchRun<double>&, StepLook&);

}  // namespace tracer
