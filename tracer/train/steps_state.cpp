// What a run of steps is asked for between them: parts evaluated, norms, idle units, a step looked
// at in full, and all that a checkpoint keeps. The steps themselves are in steps.cpp.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "tracer/language/suggest.hpp"
#include "tracer/run/targets.hpp"
#include "tracer/train/inspect.hpp"
#include "tracer/train/steps_over.hpp"

namespace tracer {

template <class S>
void StepsOver<S>::choose_watched(const std::vector<std::string>& names) {
  if (names.empty()) return;
  std::vector<std::string> lines;
  const std::shared_ptr<const BatchGraph> built = program_.graph(plan_.batch_size());
  for (const NodeId line : built->lines) lines.push_back(built->graph[line].name);
  std::vector<std::string> known = program_.parameters;
  known.insert(known.end(), lines.begin(), lines.end());
  const bool all = std::ranges::count(names, "all") > 0;
  for (const std::string& name : all ? known : names) {
    if (std::ranges::count(known, name) == 0) {
      const auto near = closest(name, std::span<const std::string>(known));
      throw Error(fmt::format("there is no parameter or line called {} to watch; {}", name,
                              near ? fmt::format("did you mean {}?", *near)
                                   : fmt::format("there are {}", fmt::join(known, ", "))));
    }
    Watched watched{name, -1, {}, 0};
    const auto parameter = std::ranges::find(parameters_, name, &Stored<S>::name);
    if (parameter != parameters_.end()) {
      watched.parameter = static_cast<int>(parameter - parameters_.begin());
      watched.before.resize(parameter->values.size());
    }
    watched_.push_back(std::move(watched));
  }
}

template <class S>
template <class F>
void StepsOver<S>::with_part(Part part, const F& f) const {
  if (count(part) == 0) throw Error("there are no samples in this part of the data");
  if (part == Part::validation) return f(*validation_);
  if (part == Part::test) return f(*test_);
  const std::vector<int>& trained = plan_.parts().train;
  trained.empty() ? f(*all_) : f(SampleSet<S>(*all_, trained));
}

template <class S>
Steps::Outcome StepsOver<S>::evaluate(Part part) {
  Outcome outcome;
  with_part(part, [&](const SampleSet<S>& samples) {
    auto made = forward_->run(samples);
    outcome.outputs = made.outputs.template cast<float>();
    outcome.loss = made.loss;
  });
  return outcome;
}

template <class S>
std::vector<int> StepsOver<S>::labels(Part part) const {
  std::vector<int> labels;
  with_part(part,
            [&](const SampleSet<S>& samples) { labels = class_labels(samples, decision_.task); });
  return labels;
}

template <class S>
Array<float> StepsOver<S>::targets(Part part) const {
  Array<float> targets;
  with_part(part, [&](const SampleSet<S>& samples) {
    const auto& matrix = samples.matrices().back();
    const auto entries = static_cast<Eigen::Index>(matrix.entries);
    const ConstView<S> all(matrix.values, samples.rows() ? samples.count() : entries,
                           samples.rows() ? entries : samples.count());
    if (samples.rows()) {
      targets = all.transpose().template cast<float>();
    } else {
      targets = all.template cast<float>();
    }
  });
  return targets;
}

// The gradient of a line that the fused graph goes past (P of softmax with cross_entropy) is not
// computed: it is given as 0.
template <class S>
std::vector<WatchRecord> StepsOver<S>::watched() const {
  std::vector<WatchRecord> records;
  const auto norm = [](const auto& values) { return static_cast<double>(values.matrix().norm()); };
  for (const Watched& watched : watched_) {
    WatchRecord record{watched.name, 0, 0, watched.update};
    if (watched.parameter >= 0) {
      const auto p = static_cast<std::size_t>(watched.parameter);
      record.value = norm(parameters_[p].view());
      const View<S> gradient = last_->gradient(p);
      if (gradient.size() > 0) record.gradient = norm(gradient);
    } else {
      const NodeId id = last_->image(last_->built().graph.find(watched.name));
      if (id < 0) continue;
      const Tape<S>& tape = last_->tape();
      record.value = norm(tape.value(id));
      if (tape.wants(id) && tape.reached(id)) record.gradient = norm(tape.adjoint(id));
    }
    records.push_back(std::move(record));
  }
  return records;
}

// Over the last whole batch: of few samples that remain many units are idle by chance
template <class S>
std::vector<IdleUnits> StepsOver<S>::idle() const {
  std::vector<IdleUnits> records;
  const BatchGraph& built = full_->built();
  const bool rows = program_.data && program_.data->rows;
  for (const WatchedUnits& activation : watched_units(built)) {
    const NodeId id = full_->image(activation.node);
    const Shape& shape = built.graph[activation.node].shape;
    if (id < 0 || !all_ || (rows ? shape.rows.count : shape.columns.count) != plan_.batch_size())
      continue;
    IdleUnits counted = idle_units(activation, full_->tape().value(id), rows);
    if (counted.idle > 0) records.push_back(std::move(counted));
  }
  return records;
}

template <class S>
StepLook StepsOver<S>::look(BatchRun<S>& run, const At& at, std::span<const int> samples) const {
  StepLook seen;
  seen.epoch = plan_.epoch(at.step);
  seen.step = at.step;
  seen.lr = at.lr;
  seen.batch = run.shared();
  seen.samples.assign(samples.begin(), samples.end());
  const BatchGraph& batch = run.built();
  std::vector<NodeId> wrt = batch.lines;
  for (const std::string& name : program_.wrt) {
    if (const NodeId id = batch.graph.find(name); id >= 0) wrt.push_back(id);
  }
  Tape<S> tape(batch.graph, wrt);
  for (const auto& [name, leaf] : batch.leaves) {
    if (const NodeId id = run.image(leaf); id >= 0) tape.value(leaf) = run.tape().value(id);
  }
  tape.forward();
  tape.backward(batch.loss);
  const Tape<S>& made = tape;
  for (NodeId id = 0; id < batch.graph.size(); ++id) {
    seen.values.emplace(id, made.value(id).template cast<double>());
    if (made.wants(id) && made.reached(id))
      seen.gradients.emplace(id, made.adjoint(id).template cast<double>());
  }
  return seen;
}

template <class S>
std::string StepsOver<S>::parameter_not_finite() const {
  for (const Stored<S>& parameter : parameters_) {
    if (!parameter.view().isFinite().all()) return parameter.name;
  }
  return "";
}

template <class S>
void StepsOver<S>::remember_best() {
  best_.resize(parameters_.size() + states_.size());
  std::size_t place = 0;
  for (const auto* all : {&parameters_, &states_}) {
    for (const Stored<S>& one : *all) best_[place++] = one.values;
  }
  has_best_ = true;
}

template <class S>
void StepsOver<S>::restore_best() {
  std::size_t place = 0;
  for (auto* all : {&parameters_, &states_}) {
    // copied, not moved: the tapes read this storage
    for (Stored<S>& one : *all) std::ranges::copy(best_[place++], one.values.begin());
  }
}

namespace {

template <class S>
Tensors tensors_of(const std::vector<Stored<S>>& all) {
  Tensors tensors;
  for (const Stored<S>& one : all) tensors.emplace(one.name, Array<S>(one.view()));
  return tensors;
}

// the tensor of that name, of this shape and scalar type
template <class S>
void put_back(const Tensors& tensors, const std::string& name, View<S> place) {
  const auto found = tensors.find(name);
  if (found == tensors.end())
    throw Error(fmt::format("the checkpoint has no {}: it is of another lesson", name));
  const auto* values = std::get_if<Array<S>>(&found->second);
  if (values == nullptr) {
    constexpr bool is_float = std::is_same_v<S, float>;
    throw Error(fmt::format("the checkpoint's {} is {}, but this run is {}; add --dtype {}", name,
                            is_float ? "float64" : "float32", is_float ? "float32" : "float64",
                            is_float ? "float64" : "float32"));
  }
  if (values->rows() != place.rows() || values->cols() != place.cols()) {
    throw Error(fmt::format("{} is {}×{} in the checkpoint, but {}×{} in the lesson", name,
                            values->rows(), values->cols(), place.rows(), place.cols()));
  }
  place = *values;
}

}  // namespace

template <class S>
Tensors StepsOver<S>::parameters() const {
  return tensors_of(parameters_);
}

template <class S>
Tensors StepsOver<S>::states() const {
  return tensors_of(states_);
}

template <class S>
Tensors StepsOver<S>::optimizer() const {
  Tensors tensors;
  for (std::size_t p = 0; p < optimizer_states_.size(); ++p) {
    for (const std::string& state : optimizer_->states()) {
      tensors.emplace(parameters_[p].name + " " + state, Array<S>(optimizer_states_[p][state]));
    }
  }
  return tensors;
}

template <class S>
Tensors StepsOver<S>::best() const {
  Tensors tensors;
  if (!has_best_) return tensors;
  std::size_t place = 0;
  for (const auto* all : {&parameters_, &states_}) {
    for (const Stored<S>& one : *all) {
      const ConstView<S> kept(best_[place++].data(), one.rows, one.columns);
      tensors.emplace(one.name, Array<S>(kept));
    }
  }
  return tensors;
}

template <class S>
void StepsOver<S>::load(const Checkpoint& checkpoint) {
  const auto put_all = [&](const Tensors& parameters, const Tensors& states) {
    for (Stored<S>& one : parameters_) put_back<S>(parameters, one.name, one.view());
    for (Stored<S>& one : states_) put_back<S>(states, one.name, one.view());
  };
  if (!checkpoint.best.empty()) {
    put_all(checkpoint.best, checkpoint.best);
    remember_best();
  }
  put_all(checkpoint.model.parameters, checkpoint.model.states);
  for (std::size_t p = 0; p < optimizer_states_.size(); ++p) {
    for (const std::string& state : optimizer_->states()) {
      put_back<S>(checkpoint.optimizer, parameters_[p].name + " " + state,
                  optimizer_states_[p][state]);
    }
  }
}

// The members of this file; steps.cpp instantiates the others.
#define TRACER_MEMBERS(S)                                                                    \
  template void StepsOver<S>::choose_watched(const std::vector<std::string>&);               \
  template Steps::Outcome StepsOver<S>::evaluate(Part);                                      \
  template std::vector<int> StepsOver<S>::labels(Part) const;                                \
  template Array<float> StepsOver<S>::targets(Part) const;                                   \
  template std::vector<WatchRecord> StepsOver<S>::watched() const;                           \
  template std::vector<IdleUnits> StepsOver<S>::idle() const;                                \
  template StepLook StepsOver<S>::look(BatchRun<S>&, const At&, std::span<const int>) const; \
  template std::string StepsOver<S>::parameter_not_finite() const;                           \
  template void StepsOver<S>::remember_best();                                               \
  template void StepsOver<S>::restore_best();                                                \
  template Tensors StepsOver<S>::parameters() const;                                         \
  template Tensors StepsOver<S>::states() const;                                             \
  template Tensors StepsOver<S>::optimizer() const;                                          \
  template Tensors StepsOver<S>::best() const;                                               \
  template void StepsOver<S>::load(const Checkpoint&);
TRACER_MEMBERS(float)
TRACER_MEMBERS(double)
#undef TRACER_MEMBERS

}  // namespace tracer
