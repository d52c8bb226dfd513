#include "tracer/train/evaluate.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/language/targets.hpp"
#include "tracer/train/weights.hpp"

namespace tracer {

template <class S>
struct ForwardRun<S>::Batch {
  RewrittenGraph fused;
  std::unique_ptr<Tape<S>> tape;
  std::optional<Leaves<S>> leaves;
  NodeId loss = -1;
  NodeId prediction = -1;
};

template <class S>
ForwardRun<S>::ForwardRun(const Program& program, Kept<S> kept, int most, std::string line)
    : program_(program), kept_(std::move(kept)), most_(std::max(most, 1)), line_(std::move(line)) {}

template <class S>
typename ForwardRun<S>::Batch& ForwardRun<S>::batch_for(int size, bool with_loss) {
  std::shared_ptr<Batch>& batch = batches_[{size, with_loss}];
  if (batch) return *batch;
  const std::shared_ptr<const BatchGraph> shared = program_.graph(size, true);
  const BatchGraph& built = *shared;
  auto made = std::make_shared<Batch>();
  NodeId prediction = line_.empty() ? built.prediction : built.graph.find(line_);
  if (prediction >= 0) {
    // one output column (or row) for each sample, or it is no prediction of samples
    const Shape& of = built.graph[prediction].shape;
    const bool rows = program_.data && program_.data->rows;
    if ((rows ? of.rows.count : of.columns.count) != size) prediction = -1;
  }
  if (!line_.empty() && prediction < 0)
    throw Error(fmt::format("{} has no value for each sample", line_));
  if (!with_loss && prediction < 0) {
    throw Error(fmt::format("the lesson {} has no line that predicts: name it with predict NAME",
                            program_.source->name()));
  }
  std::vector<NodeId> needed;
  if (with_loss) needed.push_back(built.loss);
  if (prediction >= 0) needed.push_back(prediction);
  made->fused = fuse(built.graph, needed);
  const auto image = [&](NodeId id) { return made->fused.of(id); };
  made->tape = std::make_unique<Tape<S>>(made->fused.graph, std::span<const NodeId>{});
  made->loss = with_loss ? image(built.loss) : -1;
  made->prediction = prediction >= 0 ? image(prediction) : -1;
  made->leaves.emplace(program_, built, kept_, nullptr, made->fused.image);
  batch = std::move(made);
  return *batch;
}

template <class S>
void ForwardRun<S>::check(const SampleSet<S>& samples) const {
  if (!program_.data) throw Error("the lesson " + program_.source->name() + " has no data line");
  for (const auto& matrix : samples.matrices()) {
    const auto name = std::ranges::find(program_.data->names, matrix.name);
    if (name == program_.data->names.end()) continue;
    const auto at = static_cast<std::size_t>(name - program_.data->names.begin());
    const int entries = program_.data->entries(at);
    // a lesson that was loaded without its data can't tell
    if (entries == 0) continue;
    if (entries == matrix.entries) continue;
    throw Error(fmt::format("{} has {} entries a sample in these samples, but the lesson {} has {}",
                            matrix.name, matrix.entries, program_.source->name(), entries));
  }
  if (samples.count() > 0 && samples.rows() != program_.data->rows)
    throw Error("samples are rows on one side and columns on the other; lay them out alike");
}

template <class S>
typename ForwardRun<S>::Result ForwardRun<S>::run(const SampleSet<S>& samples, Ranks* ranks) {
  check(samples);
  const bool with_loss = std::ranges::all_of(
      program_.data->names, [&](const std::string& name) { return samples.find(name) >= 0; });
  Result result;
  std::vector<double> losses;  // of each batch, times its samples; 0 where it is another process's
  for (int first = 0; first < samples.count(); first += most_) {
    const int m = std::min(most_, samples.count() - first);
    Batch& batch = batch_for(m, with_loss);
    const Tape<S>& tape = *batch.tape;
    if (first == 0 && batch.prediction >= 0) {
      const ConstView<S> outputs = tape.value(batch.prediction);
      result.outputs.setZero(samples.rows() ? samples.count() : outputs.rows(),
                             samples.rows() ? outputs.cols() : samples.count());
    }
    losses.push_back(0);
    if (ranks != nullptr && (first / most_) % ranks->size() != ranks->rank()) continue;
    std::vector<int> numbers(static_cast<std::size_t>(m));
    std::iota(numbers.begin(), numbers.end(), first);
    batch.leaves->take(samples, numbers);
    batch.leaves->bind(*batch.tape);
    batch.tape->forward();
    if (with_loss) losses.back() = static_cast<double>(tape.value(batch.loss)(0, 0)) * m;
    if (batch.prediction < 0) continue;
    const ConstView<S> outputs = tape.value(batch.prediction);
    if (samples.rows()) {
      result.outputs.middleRows(first, m) = outputs;
    } else {
      result.outputs.middleCols(first, m) = outputs;
    }
  }
  if (ranks != nullptr) {
    ranks->sum(std::span<double>(losses));
    ranks->sum(
        std::span<S>(result.outputs.data(), static_cast<std::size_t>(result.outputs.size())));
  }
  if (with_loss && samples.count() > 0)
    result.loss = std::accumulate(losses.begin(), losses.end(), 0.0) / samples.count();
  return result;
}

template class ForwardRun<float>;
template class ForwardRun<double>;

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
    if (targets.rows() == predicted.rows()) {
      measured.r2 = r2_score(targets, predicted);
      if (const auto errors = absolute_errors(targets, predicted)) {
        measured.mae = errors->mae;
        measured.rmse = errors->rmse;
      }
    }
    if (measured.r2 && targets.rows() > 1)
      measured.r2_by_variance = r2_by_variance(targets, predicted);
  }
  measured.count = samples.count();
  measured.loss = made.loss.value_or(std::numeric_limits<double>::quiet_NaN());
  return measured;
}

template Metrics metrics_of(const Program&, const Decision&, const ForwardRun<float>::Result&,
                            const SampleSet<float>&);
template Metrics metrics_of(const Program&, const Decision&, const ForwardRun<double>::Result&,
                            const SampleSet<double>&);

namespace {

ForwardRun<float>::Result run_over(const Program& program, const Tensors& parameters,
                                   const Tensors& states, const SampleSet<float>& samples,
                                   const std::string& line) {
  std::map<std::string, Array<float>> taken;
  take(program, program.parameters, parameters, "parameter", taken);
  take(program, state_names(program), states, "running statistic", taken);
  Kept<float> kept;
  for (const auto& [name, value] : taken) kept[name] = value.data();
  constexpr int most = 1024;
  return ForwardRun<float>(program, std::move(kept), most, line).run(samples);
}

}  // namespace

Array<float> values_of_line(const Program& program, const std::string& line,
                            const Tensors& parameters, const Tensors& states,
                            const Samples& samples) {
  check_samples(program, samples);
  const std::shared_ptr<const BatchGraph> built = program.graph(first_batch(program), true);
  std::vector<std::string> names;
  for (const NodeId id : built->lines) names.push_back(built->graph[id].name);
  if (std::ranges::find(names, line) == names.end()) {
    throw NoSuchLine(fmt::format("{} has no line called {}; its lines are {}",
                                 program.source->name(), line, fmt::join(names, ", ")));
  }
  return run_over(program, parameters, states, SampleSet<float>(samples), line).outputs;
}

Evaluation evaluate(const Program& program, const Tensors& parameters, const Tensors& states,
                    const Samples& samples) {
  check_samples(program, samples);
  const SampleSet<float> set(samples);
  ForwardRun<float>::Result made = run_over(program, parameters, states, set, "");
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
