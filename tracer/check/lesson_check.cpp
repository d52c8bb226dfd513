#include "tracer/check/lesson_check.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tracer/check/hessian.hpp"
#include "tracer/derive/run.hpp"
#include "tracer/error.hpp"
#include "tracer/language/suggest.hpp"

namespace tracer {

std::vector<NodeId> checked_nodes(const Program& program, const Graph& graph,
                                  const std::vector<std::string>& wanted) {
  std::vector<NodeId> nodes;
  for (const std::string& name : wanted) {
    if (std::ranges::count(program.wrt, name) > 0) continue;
    const auto near = closest(name, std::span<const std::string>(program.wrt));
    throw Error(fmt::format("--wrt {}: the lesson does not differentiate for that; {}", name,
                            near ? "did you mean " + *near + "?"
                                 : fmt::format("there are {}", fmt::join(program.wrt, ", "))));
  }
  for (const std::string& name : program.wrt) {
    if (!wanted.empty() && std::ranges::count(wanted, name) == 0) continue;
    if (const NodeId id = graph.find(name); id >= 0) nodes.push_back(id);
  }
  return nodes;
}

std::string name_of_result(const Program& program) {
  return program.seed_name.empty() ? program.loss
                                   : fmt::format("⟨{}, {}⟩", program.seed_name, program.loss);
}

std::string name_of_step(const Program& program, long long step, const std::vector<int>& samples) {
  if (!program.data || samples.empty()) return program.training ? fmt::format("step {}", step) : "";
  if (samples.size() == 1)
    return fmt::format("step {}, sample {} of {}", step, samples[0], program.data->count);
  return fmt::format("step {}, {} of {} samples", step, samples.size(), program.data->count);
}

ExactPoint lesson_point(const Program& program, const LessonCheckOptions& options,
                        Working working) {
  if (program.symbolic)
    throw Error("a lesson in symbols has no numbers to check; give them with --set");
  Run run(program, {working, {}, false, false});
  if (options.step < 1 || options.step > run.steps()) {
    throw Error(fmt::format("there is no step {}: the lesson has {}", options.step, run.steps()));
  }
  for (long long step = 1; step < options.step; ++step) run.next();
  StepRecord record = run.next();
  ExactPoint point;
  point.batch = record.batch;
  point.samples = record.samples;
  const BatchGraph& batch = *record.batch;
  point.checked.graph = &batch.graph;
  point.checked.result = batch.loss;
  point.checked.wrt = checked_nodes(program, batch.graph, options.wrt);
  if (!program.seed_name.empty()) point.checked.seed = batch.graph.find(program.seed_name);
  for (const auto& [name, leaf] : batch.leaves)
    point.checked.leaves.emplace(leaf, record.values.at(leaf));
  for (const NodeId id : point.checked.wrt) {
    const auto found = record.adjoints.find(id);
    const Shape& shape = batch.graph[id].shape;
    point.gradients.emplace(
        id, found != record.adjoints.end()
                ? found->second
                : Array<Exact>::Constant(shape.rows.count, shape.columns.count, Exact(0)));
  }
  return point;
}

namespace {

// what check says of the lesson's point
GradientReport check_with(const Program& program, const LessonCheckOptions& options,
                          const auto& check) {
  std::string at;
  const std::function<ExactPoint(Working)> point_at = [&](Working working) {
    ExactPoint point = lesson_point(program, options, working);
    at = name_of_step(program, options.step, point.samples);
    return point;
  };
  GradientReport report = check(point_at, options.exact);
  report.title = program.title;
  report.result = name_of_result(program);
  report.at = at;
  return report;
}

}  // namespace

GradientReport check_lesson(const Program& program, const LessonCheckOptions& options) {
  GradientReport report = check_with(program, options, check_exactly);
  report.checked = "the engine's gradients over Exact";
  return report;
}

GradientReport check_lesson_second_order(const Program& program,
                                         const LessonCheckOptions& options) {
  GradientReport report = check_with(program, options, check_second_order);
  report.checked = "the engine's Hessian-vector products over Exact";
  return report;
}

}  // namespace tracer
