#include "tracer/diagnosis/question.hpp"

#include <fmt/format.h>

#include "tracer/derive/run.hpp"
#include "tracer/error.hpp"

namespace tracer {
namespace {

Array<double> doubles(const Array<Exact>& values) {
  return values.unaryExpr([](const Exact& x) { return x.to_double(); });
}

}  // namespace

StepPoint point_of_step(const Program& program, long long step) {
  if (program.symbolic)
    throw Error("a lesson in symbols has no numbers to compare with; give them with --set");
  RunOptions options;
  options.loss_after = false;
  Run run(program, options);
  if (step < 1 || step > run.steps())
    throw Error(fmt::format("there is no step {}: the lesson has {}", step, run.steps()));
  StepPoint made;
  std::vector<int> samples = run.samples_in(1);
  for (long long before = 1; before < step; ++before) {
    const StepRecord record = run.next();
    for (const std::string& name : program.parameters) {
      const auto gradient = record.adjoints.find(record.batch->graph.find(name));
      if (gradient == record.adjoints.end()) continue;
      const auto [sum, first] = made.earlier.try_emplace(name, doubles(gradient->second));
      if (!first) sum->second += doubles(gradient->second);
    }
    samples = run.samples_in(before + 1);
  }
  made.batch = program.graph(program.data ? static_cast<int>(samples.size()) : 1);
  made.point = point_of(program, *made.batch, samples, step);
  if (step > 1) {
    for (const auto& [name, value] : run.parameters()) made.point[name] = doubles(value);
    for (const auto& [name, value] : run.states()) made.point[name] = doubles(value);
  }
  for (const int sample : samples) made.samples.push_back(sample + 1);
  return made;
}

}  // namespace tracer
