#include "tracer/derive/double_run.hpp"

#include <cmath>

#include "tracer/graph/tape.hpp"
#include "tracer/run/clipping.hpp"
#include "tracer/run/leaves.hpp"

namespace tracer {
namespace {

Array<double> double_value(const LeafValue& value) {
  if (const auto* drawn = std::get_if<Array<float>>(&value)) return drawn->cast<double>();
  const Array<Exact> exact = exact_value(value);
  return exact.unaryExpr([](const Exact& x) { return x.to_double(); });
}

Array<Exact> as_fractions(ConstView<double> values) {
  return values.unaryExpr([](double x) { return Exact::from_double(x); });
}

}  // namespace

struct DoubleRun::Batch {
  std::shared_ptr<const BatchGraph> graph;
  std::unique_ptr<Tape<double>> tape;
  std::optional<Leaves<double>> leaves;
};

DoubleRun::DoubleRun(const Program& program) : program_(program), plan_(program) {
  for (const std::string& name : program.parameters)
    kept_.emplace(name, double_value(program.values.at(name)));
  if (!program.training) return;
  const OptimizerCall& call = program.training->optimizer;
  optimizer_ = Optimizer::make({call.name, call.numbers, call.flags});
}

DoubleRun::~DoubleRun() = default;

DoubleRun::Batch& DoubleRun::batch_for(int size) {
  std::unique_ptr<Batch>& batch = batches_[size];
  if (batch) return *batch;
  batch = std::make_unique<Batch>();
  batch->graph = program_.graph(size);
  const BatchGraph& graph = *batch->graph;
  std::vector<NodeId> wrt = graph.lines;
  for (const auto& names : {program_.wrt, program_.parameters}) {
    for (const std::string& name : names)
      if (const NodeId id = graph.graph.find(name); id >= 0) wrt.push_back(id);
  }
  batch->tape = std::make_unique<Tape<double>>(graph.graph, wrt);
  for (const auto& [leaf, next] : graph.state_updates) {
    const std::string& name = graph.graph[leaf].name;
    kept_.try_emplace(name, double_value(program_.values.at(name)));
  }
  Kept<double> kept;
  for (const auto& [name, value] : kept_) kept.emplace(name, value.data());
  batch->leaves.emplace(program_, graph, kept, nullptr);
  return *batch;
}

DoubleRun::Batch& DoubleRun::take_step() {
  ++step_;
  const std::span<const int> samples = plan_.samples(step_);
  Batch& batch = batch_for(program_.data ? static_cast<int>(samples.size()) : 1);
  batch.leaves->take(samples, step_);
  for (const Leaves<double>::Leaf& leaf : batch.leaves->all())
    batch.tape->own_value(leaf.id) = leaf.view();
  batch.tape->forward();
  const BatchGraph& graph = *batch.graph;
  if (program_.seed_name.empty()) {
    batch.tape->backward(graph.loss);
  } else {
    batch.tape->backward(graph.loss, batch.tape->value(graph.graph.find(program_.seed_name)));
  }
  for (const auto& [leaf, next] : graph.state_updates)
    kept_.at(graph.graph[leaf].name) = batch.tape->value(next);
  return batch;
}

void DoubleRun::update(Batch& batch) {
  const Graph& graph = batch.graph->graph;
  const Clipping<double> clipping(*program_.training);
  std::map<std::string, Array<double>> gradients;
  double squares = 0;
  for (const std::string& name : program_.parameters) {
    const NodeId id = graph.find(name);
    if (id < 0 || !batch.tape->wants(id) || !batch.tape->reached(id)) continue;
    const Array<double>& gradient =
        gradients.emplace(name, std::as_const(*batch.tape).adjoint(id)).first->second;
    squares += gradient.square().sum();
  }
  const auto factor = clipping.has_norm() ? clipping.factor(std::sqrt(squares)) : std::nullopt;
  for (auto& [name, gradient] : gradients) {
    if (factor) gradient *= *factor;
    const View<double> cut{gradient.data(), gradient.rows(), gradient.cols()};
    if (clipping.has_value()) clipping.cut(cut);
    auto state = moments_.find(name);
    if (state == moments_.end()) {
      state =
          moments_.emplace(name, optimizer_->start<double>(gradient.rows(), gradient.cols())).first;
    }
    Optimizer::StepOptions<double> options;
    options.step = static_cast<int>(step_);
    if (plan_.has_schedule())
      options.lr = plan_.rate(step_, Exact(optimizer_->number("lr")).to_double());
    Array<double>& parameter = kept_.at(name);
    optimizer_->step<double>({parameter.data(), parameter.rows(), parameter.cols()},
                             {gradient.data(), gradient.rows(), gradient.cols()}, state->second,
                             options);
  }
}

StepRecord DoubleRun::at(long long step) {
  while (step_ + 1 < step) {
    Batch& batch = take_step();
    if (optimizer_) update(batch);
  }
  Batch& batch = take_step();
  StepRecord record;
  record.step = static_cast<int>(step_);
  record.batch = batch.graph;
  const Tape<double>& tape = *batch.tape;
  for (NodeId id = 0; id < batch.graph->graph.size(); ++id) {
    if (!batch.graph->graph[id].is_named()) continue;
    record.values.emplace(id, as_fractions(tape.value(id)));
    if (tape.wants(id) && tape.reached(id))
      record.adjoints.emplace(id, as_fractions(tape.adjoint(id)));
  }
  if (optimizer_) update(batch);
  for (const std::string& name : program_.parameters) {
    const Array<double>& value = kept_.at(name);
    record.after.emplace(name, as_fractions({value.data(), value.rows(), value.cols()}));
  }
  return record;
}

}  // namespace tracer
