#include "tracer/run/lesson_run.hpp"

#include <cmath>
#include <utility>

namespace tracer {
namespace {

template <class S>
View<S> view_of(Array<S>& values) {
  return {values.data(), values.rows(), values.cols()};
}
template <class S>
ConstView<S> const_view_of(const Array<S>& values) {
  return {values.data(), values.rows(), values.cols()};
}

}  // namespace

template <class S>
LessonRun<S>::LessonRun(const Program& program, Options options)
    : program_(program), options_(std::move(options)), plan_(program) {
  for (const std::string& name : program.parameters)
    parameters_.emplace(name, numbers_in(program.values.at(name)));
  if (!program.training) return;
  const OptimizerCall& call = program.training->optimizer;
  optimizer_ = Optimizer::make({call.name, call.numbers, call.flags});
}

template <class S>
Array<S> LessonRun<S>::numbers_in(const LeafValue& value) const {
  const std::vector<S> numbers = numbers_of<S>(value, options_.working);
  if (numbers.empty()) return {};
  return ConstView<S>(numbers.data(), sample_count(value, true), sample_count(value, false));
}

template <class S>
typename LessonRun<S>::Batch& LessonRun<S>::batch() {
  const int size = program_.data ? static_cast<int>(samples().size()) : 1;
  if (const auto made = batches_.find(size); made != batches_.end()) return *made->second;
  auto batch = std::make_unique<Batch>();
  batch->graph = program_.graph(size);
  if (options_.on_graph) batch->graph = options_.on_graph(batch->graph);
  const BatchGraph& graph = *batch->graph;
  std::vector<NodeId> wrt;
  if (!options_.wrt_alone) wrt = graph.lines;
  for (const auto* names : {&program_.wrt, &std::as_const(options_.wrt)}) {
    if (options_.wrt_alone && names != &options_.wrt) continue;
    for (const std::string& name : *names)
      if (const NodeId id = graph.graph.find(name); id >= 0) wrt.push_back(id);
  }
  batch->tape = std::make_unique<Tape<S>>(graph.graph, wrt, options_.working);
  Kept<S> kept;
  for (const auto& [name, value] : parameters_) kept.emplace(name, value.data());
  for (const auto& [leaf, next] : graph.state_updates) {
    const std::string& name = graph.graph[leaf].name;
    const auto state = states_.try_emplace(name, numbers_in(program_.values.at(name))).first;
    kept.emplace(name, state->second.data());
  }
  batch->leaves.emplace(program_, graph, kept, nullptr, std::span<const NodeId>{},
                        options_.working);
  if (options_.on_batch) options_.on_batch(*batch);
  return *batches_.emplace(size, std::move(batch)).first->second;
}

template <class S>
void LessonRun<S>::fill(Batch& batch) {
  batch.leaves->take(samples(), step_);
  for (const typename Leaves<S>::Leaf& leaf : batch.leaves->all())
    batch.tape->own_value(leaf.id) = leaf.view();
}

template <class S>
void LessonRun<S>::backward(Batch& batch) {
  const BatchGraph& graph = *batch.graph;
  if (program_.seed_name.empty()) {
    batch.tape->backward(graph.loss);
  } else {
    batch.tape->backward(graph.loss, batch.tape->value(graph.graph.find(program_.seed_name)));
  }
}

template <class S>
void LessonRun<S>::keep_states(const Batch& batch) {
  for (const auto& [leaf, next] : batch.graph->state_updates)
    states_.at(batch.graph->graph[leaf].name) = batch.tape->value(next);
}

template <class S>
std::optional<typename LessonRun<S>::Rate> LessonRun<S>::rate() const {
  if (!plan_.has_schedule()) return std::nullopt;
  const Rational& base = optimizer_->number("lr");
  if constexpr (std::is_floating_point_v<S>) {
    return plan_.rate(step_, Exact(base).to_double());
  } else {
    return plan_.rate(step_, base);
  }
}

template <class S>
void LessonRun<S>::update(const Batch& batch, const std::function<void(Update&)>& make) {
  const Tape<S>& tape = *batch.tape;
  typename Optimizer::StepOptions<S> options;
  options.step = static_cast<int>(step_);
  if (const std::optional<Rate> lr = rate()) {
    if constexpr (std::is_floating_point_v<S>) {
      options.lr = *lr;
    } else {
      options.lr = S(*lr, options_.working);
    }
  }
  const Clipping<S> clipping(*program_.training, options_.working);
  NormScalar<S> squares(0);
  std::vector<Update> updates;
  for (const std::string& name : program_.parameters) {
    const NodeId id = batch.graph->graph.find(name);
    if (id < 0 || !tape.wants(id) || !tape.reached(id)) continue;
    const ConstView<S> gradient = tape.adjoint(id);
    auto state = moments_.find(name);
    if (state == moments_.end()) {
      auto started =
          optimizer_->template start<S>(gradient.rows(), gradient.cols(), options_.working);
      state = moments_.emplace(name, std::move(started)).first;
    }
    if (clipping.has_norm()) squares += Clipping<S>::squares(gradient);
    updates.push_back(
        {name, id, parameters_.at(name), state->second, gradient, std::nullopt, options});
  }
  std::optional<NormScalar<S>> norm;
  if (clipping.has_norm()) {
    using std::sqrt;
    norm = sqrt(squares);
    if (!clipping.factor(*norm)) norm.reset();
  }
  for (Update& each : updates) {
    each.norm = norm;
    make(each);
  }
}

template <class S>
void LessonRun<S>::clip(Update& update, const std::function<void(Cut)>& on_cut) const {
  const Clipping<S> clipping(*program_.training, options_.working);
  if (update.norm) {
    update.gradient *= static_cast<S>(*clipping.factor(*update.norm));
    if (on_cut) on_cut(Cut::norm);
  }
  if (clipping.has_value() && clipping.cut(view_of(update.gradient)) && on_cut) on_cut(Cut::value);
}

template <class S>
void LessonRun<S>::move(Update& update) const {
  optimizer_->template step<S>(view_of(update.parameter), const_view_of(update.gradient),
                               update.state, update.options);
}

template class LessonRun<double>;
template class LessonRun<Exact>;

}  // namespace tracer
