#include "tracer/check/float_check.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "tracer/check/absolute_terms.hpp"
#include "tracer/error.hpp"
#include "tracer/graph/fuse.hpp"
#include "tracer/train/batch_run.hpp"
#include "tracer/train/inspect.hpp"

namespace tracer {

template <class S>
ExactPoint rounded_point(const CheckedGraph& checked, std::span<const NodeId> kept, bool exactly) {
  std::vector<NodeId> needed{checked.result};
  needed.insert(needed.end(), kept.begin(), kept.end());
  needed.insert(needed.end(), checked.wrt.begin(), checked.wrt.end());
  const RewrittenGraph fused = fuse(*checked.graph, needed);
  const auto image = [&](NodeId id) { return fused.of(id); };
  CheckedGraph inside{&fused.graph, image(checked.result), image(checked.seed), {}, {}};
  for (const NodeId id : checked.wrt) inside.wrt.push_back(image(id));
  for (const auto& [leaf, value] : checked.leaves) inside.leaves.emplace(image(leaf), value);

  Tape<S> tape(fused.graph, inside.wrt);
  for (const auto& [leaf, value] : inside.leaves) tape.value(leaf) = values_over<S>(value, {});
  tape.forward();
  if (inside.seed < 0) {
    tape.backward(inside.result);
  } else {
    tape.backward(inside.result, std::as_const(tape).value(inside.seed));
  }
  const std::map<NodeId, AbsoluteTerms> terms = absolute_terms<S>(inside, exactly);
  constexpr double unit = static_cast<double>(std::numeric_limits<S>::epsilon()) / 2;
  ExactPoint point;
  point.checked = checked;
  for (const NodeId id : checked.wrt) {
    const Shape& shape = (*checked.graph)[id].shape;
    Array<S> gradient = Array<S>::Zero(shape.rows.count, shape.columns.count);
    if (tape.reached(image(id))) gradient = tape.adjoint(image(id));
    point.gradients.emplace(id, gradient.unaryExpr([](S x) {
      return std::isfinite(x) ? Exact::from_double(static_cast<double>(x)) : Exact(0);
    }));
    const AbsoluteTerms& here = terms.at(image(id));
    point.rounding.emplace(id, GradientRounding{here.terms, unit * here.off, gradient.isFinite()});
  }
  return point;
}

template ExactPoint rounded_point<float>(const CheckedGraph&, std::span<const NodeId>, bool);
template ExactPoint rounded_point<double>(const CheckedGraph&, std::span<const NodeId>, bool);

namespace {

// The step of a training as the trainer takes it.
struct Trained {
  std::shared_ptr<const BatchGraph> batch;
  CheckedGraph checked;
  std::vector<int> samples;  // from 1
};

Array<Exact> exactly(const Array<double>& values) {
  return values.unaryExpr([](double x) { return Exact::from_double(x); });
}

Trained trained_step(const Program& program, Dtype dtype, const LessonCheckOptions& wanted) {
  Trained found;
  TrainerOptions options;
  options.dtype = dtype;
  options.threads = wanted.threads;
  options.look_step = wanted.step;
  options.on_look = [&](const StepLook& look) {
    if (found.batch) return;  // after the update
    found.batch = look.batch;
    for (const int sample : look.samples) found.samples.push_back(sample + 1);
    for (const auto& [name, leaf] : look.batch->leaves)
      found.checked.leaves.emplace(leaf, exactly(look.values.at(leaf)));
  };
  options.stop = [&] { return found.batch != nullptr; };
  Trainer trainer(program, options);
  while (!found.batch && !trainer.done()) trainer.epoch();
  if (!found.batch)
    throw Error(fmt::format("there is no step {}: the training is over before it", wanted.step));
  return found;
}

// A lesson without a train line: its leaves, rounded to the arithmetic.
Trained untrained_step(const Program& program, Dtype dtype, const LessonCheckOptions& options) {
  const ExactPoint point = lesson_point(program, options, {});
  Trained found{point.batch, {}, point.samples};
  for (const auto& [leaf, value] : point.checked.leaves) {
    found.checked.leaves.emplace(leaf, value.unaryExpr([&](const Exact& x) {
      const double nearest = x.to_double();
      return Exact::from_double(dtype == Dtype::float32 ? static_cast<double>(x.to_float())
                                                        : nearest);
    }));
  }
  return found;
}

// What else a training run computes: it decides which nodes are fused.
std::vector<NodeId> kept_by_training(const Program& program, const BatchGraph& batch) {
  std::vector<NodeId> kept;
  for (const auto& [state, next] : batch.state_updates) kept.push_back(next);
  if (program.training) {
    const Score score = score_of(batch, decision_of(program), program.data && program.data->rows);
    if (score.node >= 0) kept.push_back(score.node);
  }
  return kept;
}

}  // namespace

GradientReport check_training(const Program& program, Dtype dtype,
                              const LessonCheckOptions& options) {
  if (program.symbolic)
    throw Error("a lesson in symbols has no numbers to check; give them with --set");
  if (options.step < 1) throw Error(fmt::format("there is no step {}", options.step));
  Trained step = program.training ? trained_step(program, dtype, options)
                                  : untrained_step(program, dtype, options);
  const Graph& graph = step.batch->graph;
  step.checked.graph = &graph;
  step.checked.result = step.batch->loss;
  step.checked.wrt = checked_nodes(program, graph, options.wrt);
  if (!program.seed_name.empty()) step.checked.seed = graph.find(program.seed_name);

  const bool exact = exact_cost(step.checked, options.exact) <= options.exact.budget;
  const std::vector<NodeId> kept = kept_by_training(program, *step.batch);
  ExactPoint point = dtype == Dtype::float32 ? rounded_point<float>(step.checked, kept, exact)
                                             : rounded_point<double>(step.checked, kept, exact);
  point.batch = step.batch;
  GradientReport report = exact ? check_exactly([&](Working) { return point; }, options.exact)
                                : check_by_doubles(point, options.exact);
  report.title = program.title;
  report.result = name_of_result(program);
  report.at = name_of_step(program, options.step, step.samples);
  report.checked =
      fmt::format("the {} gradients of training", dtype == Dtype::float32 ? "float32" : "float64");
  report.rounded = true;
  return report;
}

}  // namespace tracer
