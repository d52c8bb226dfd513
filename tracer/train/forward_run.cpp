#include "tracer/train/forward_run.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/format.h>

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
ForwardRun<S>::ForwardRun(const Program& program, Kept<S> kept, int most)
    : program_(program), kept_(std::move(kept)), most_(std::max(most, 1)) {}

template <class S>
typename ForwardRun<S>::Batch& ForwardRun<S>::batch_for(int size, bool with_loss) {
  std::shared_ptr<Batch>& batch = batches_[{size, with_loss}];
  if (batch) return *batch;
  const std::shared_ptr<const BatchGraph> shared = program_.graph(size, true);
  const BatchGraph& built = *shared;
  auto made = std::make_shared<Batch>();
  NodeId prediction = built.prediction;
  if (prediction >= 0) {
    // one output column (or row) for each sample, or it is no prediction of samples
    const Shape& of = built.graph[prediction].shape;
    const bool rows = program_.data && program_.data->rows;
    if ((rows ? of.rows.count : of.columns.count) != size) prediction = -1;
  }
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
typename ForwardRun<S>::Result ForwardRun<S>::run(const SampleSet<S>& samples) {
  check(samples);
  const bool with_loss = std::ranges::all_of(
      program_.data->names, [&](const std::string& name) { return samples.find(name) >= 0; });
  Result result;
  double loss = 0;
  for (int first = 0; first < samples.count(); first += most_) {
    const int m = std::min(most_, samples.count() - first);
    Batch& batch = batch_for(m, with_loss);
    std::vector<int> numbers(static_cast<std::size_t>(m));
    std::iota(numbers.begin(), numbers.end(), first);
    batch.leaves->take(samples, numbers);
    batch.leaves->bind(*batch.tape);
    batch.tape->forward();
    const Tape<S>& tape = *batch.tape;
    if (with_loss) loss += static_cast<double>(std::as_const(tape).value(batch.loss)(0, 0)) * m;
    if (batch.prediction < 0) continue;
    const ConstView<S> outputs = std::as_const(tape).value(batch.prediction);
    if (first == 0) {
      result.outputs.resize(samples.rows() ? samples.count() : outputs.rows(),
                            samples.rows() ? outputs.cols() : samples.count());
    }
    if (samples.rows()) {
      result.outputs.middleRows(first, m) = outputs;
    } else {
      result.outputs.middleCols(first, m) = outputs;
    }
  }
  if (with_loss && samples.count() > 0) result.loss = loss / samples.count();
  return result;
}

template class ForwardRun<float>;
template class ForwardRun<double>;

}  // namespace tracer
