#include "tracer/train/evaluate.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/run/targets.hpp"
#include "tracer/train/weights.hpp"

namespace tracer {
namespace {

// The tensors of one kind as float, checked against the lesson.
void take(const Program& program, const std::vector<std::string>& wanted, const Tensors& given,
          std::string_view kind, std::map<std::string, Array<float>>& taken) {
  const std::string& lesson = program.source->name();
  for (const std::string& name : wanted) {
    const auto found = given.find(name);
    if (found == given.end()) {
      throw Error(
          fmt::format("the model has no {0} {1}, which {2} has: they are of different "
                      "networks; use the lesson that the model was trained from",
                      kind, name, lesson));
    }
    Array<float> value = std::visit(
        [](const auto& m) { return Array<float>(m.template cast<float>()); }, found->second);
    const Shape& shape = program.shapes.at(name);
    if (value.rows() != shape.rows.count || value.cols() != shape.columns.count) {
      throw Error(fmt::format(
          "{} is {}×{} in the model, but {}×{} in {}; use the lesson that the "
          "model was trained from",
          name, value.rows(), value.cols(), shape.rows.count, shape.columns.count, lesson));
    }
    taken[name] = std::move(value);
  }
  for (const auto& [name, tensor] : given) {
    if (std::ranges::count(wanted, name) > 0) continue;
    throw Error(
        fmt::format("the model has a {} {}, which {} has not; use the lesson that the model "
                    "was trained from",
                    kind, name, lesson));
  }
}

std::vector<std::string> state_names(const Program& program) {
  std::vector<std::string> names;
  for (const auto& [name, value] : program.graph(first_batch(program), true)->states)
    names.push_back(name);
  return names;
}

void check_samples(const Program& program, const Samples& samples) {
  const std::string& lesson = program.source->name();
  if (!program.data)
    throw Error(lesson + " has no data line, so there is nothing to run samples through");
  const Samples& data = *program.data;
  if (samples.count == 0) throw Error("there are no samples to evaluate");
  if (samples.rows != data.rows) {
    throw Error(fmt::format("samples are {} here, but {} in {}; lay them out alike",
                            samples.rows ? "rows" : "columns", data.rows ? "rows" : "columns",
                            lesson));
  }
  for (std::size_t i = 0; i < samples.names.size(); ++i) {
    const auto at = std::ranges::find(data.names, samples.names[i]);
    if (at == data.names.end()) continue;
    const int wanted = data.entries(static_cast<std::size_t>(at - data.names.begin()));
    if (const int got = samples.entries(i); got != wanted) {
      throw Error(
          fmt::format("{} has {} {} a sample here, but {} in {}; give samples like those that "
                      "the model was trained on",
                      samples.names[i], got, got == 1 ? "entry" : "entries", wanted, lesson));
    }
  }
}

// The targets as numbers, entries × count whatever the layout.
template <class S>
Array<float> targets_of(const SampleSet<S>& samples) {
  const auto& matrix = samples.matrices().back();
  const auto entries = static_cast<Eigen::Index>(matrix.entries);
  const ConstView<S> all(matrix.values, samples.rows() ? samples.count() : entries,
                         samples.rows() ? entries : samples.count());
  if (samples.rows()) return all.transpose().template cast<float>();
  return all.template cast<float>();
}

}  // namespace

template <class S>
Metrics metrics_of(const Program& program, const Decision& decision,
                   const typename ForwardRun<S>::Result& made, const SampleSet<S>& samples) {
  Metrics measured;
  const Array<float> outputs = made.outputs.template cast<float>();
  const std::vector<int> truth = class_labels(samples, decision.task);
  if (!truth.empty() && outputs.size() > 0) {
    measured = count_classes(truth, classes_of(decision, outputs, samples.rows()),
                             class_names(program, decision));
    measured.task = decision.task;
  } else if (outputs.size() > 0) {
    const Array<float> targets = targets_of(samples);
    const Array<float> predicted = samples.rows() ? Array<float>(outputs.transpose()) : outputs;
    if (targets.rows() == predicted.rows()) measured.r2 = r2_score(targets, predicted);
  }
  measured.count = samples.count();
  measured.loss = made.loss.value_or(std::numeric_limits<double>::quiet_NaN());
  return measured;
}

template Metrics metrics_of(const Program&, const Decision&, const ForwardRun<float>::Result&,
                            const SampleSet<float>&);
template Metrics metrics_of(const Program&, const Decision&, const ForwardRun<double>::Result&,
                            const SampleSet<double>&);

Evaluation evaluate(const Program& program, const Tensors& parameters, const Tensors& states,
                    const Samples& samples) {
  check_samples(program, samples);
  std::map<std::string, Array<float>> taken;
  take(program, program.parameters, parameters, "parameter", taken);
  take(program, state_names(program), states, "running statistic", taken);
  Kept<float> kept;
  for (const auto& [name, value] : taken) kept[name] = value.data();

  const SampleSet<float> set(samples);
  ForwardRun<float>::Result made = ForwardRun<float>(program, std::move(kept)).run(set);
  const Decision decision = decision_of(program);
  const std::string& target = program.data->names.back();
  const bool has_targets = program.data->names.size() > 1 && samples.names.back() == target;
  Evaluation evaluation;
  if (has_targets) evaluation.metrics = metrics_of(program, decision, made, set);
  evaluation.metrics.task = decision.task;
  evaluation.metrics.count = samples.count;
  evaluation.metrics.loss = made.loss.value_or(std::numeric_limits<double>::quiet_NaN());
  evaluation.outputs = std::move(made.outputs);
  if (evaluation.outputs.size() > 0)
    evaluation.predicted = classes_of(decision, evaluation.outputs, samples.rows);
  return evaluation;
}

}  // namespace tracer
