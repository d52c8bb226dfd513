#include "tracer/derive/double_run.hpp"

namespace tracer {
namespace {

Array<Exact> as_fractions(ConstView<double> values) {
  return values.unaryExpr([](double x) { return Exact::from_double(x); });
}

}  // namespace

LessonRun<double>::Batch& DoubleRun::take_step() {
  LessonRun<double>::Batch& batch = run_.batch();
  run_.fill(batch);
  batch.tape->forward();
  run_.backward(batch);
  run_.keep_states(batch);
  return batch;
}

void DoubleRun::finish(const LessonRun<double>::Batch& batch) {
  if (run_.optimizer()) {
    run_.update(batch, [&](LessonRun<double>::Update& of) {
      run_.clip(of);
      run_.move(of);
    });
  }
  run_.finish();
}

StepRecord DoubleRun::at(long long step) {
  while (run_.step() < step) finish(take_step());
  const LessonRun<double>::Batch& batch = take_step();
  StepRecord record;
  record.step = static_cast<int>(step);
  record.batch = batch.graph;
  const Graph& graph = batch.graph->graph;
  const Tape<double>& tape = *batch.tape;
  for (NodeId id = 0; id < graph.size(); ++id) {
    if (!graph[id].is_named()) continue;
    record.values.emplace(id, as_fractions(tape.value(id)));
    if (tape.wants(id) && tape.reached(id))
      record.adjoints.emplace(id, as_fractions(tape.adjoint(id)));
  }
  finish(batch);
  for (const auto& [name, value] : run_.parameters())
    record.after.emplace(name, as_fractions({value.data(), value.rows(), value.cols()}));
  return record;
}

}  // namespace tracer
