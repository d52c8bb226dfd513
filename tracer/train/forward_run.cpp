#include "tracer/train/forward_run.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tracer {

template <class S>
struct ForwardRun<S>::Batch {
  struct DataLeaf {
    std::string name;
    NodeId leaf = -1;
  };
  RewrittenGraph fused;
  std::unique_ptr<Tape<S>> tape;
  std::vector<DataLeaf> data;          // those that depend on the samples
  std::vector<std::vector<S>> places;  // for those of them that can't be read in place
  NodeId loss = -1;
  NodeId prediction = -1;
};

template <class S>
ForwardRun<S>::ForwardRun(const Program& program, Leaves leaves, int most)
    : program_(program), leaves_(std::move(leaves)), most_(std::max(most, 1)) {}

template <class S>
typename ForwardRun<S>::Batch& ForwardRun<S>::batch_for(int size, bool with_loss) {
  std::shared_ptr<Batch>& batch = batches_[{size, with_loss}];
  if (batch) return *batch;
  const BatchGraph built = program_.graph(size, true);
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
  for (const auto& [name, original] : built.leaves) {
    const NodeId leaf = image(original);
    if (leaf < 0) continue;
    if (const auto given = leaves_.find(name); given != leaves_.end()) {
      // the tape only reads what a leaf is bound to
      made->tape->bind(leaf, const_cast<S*>(given->second));
    } else if (const auto value = program_.values.find(name); value != program_.values.end()) {
      const std::vector<S> numbers = numbers_of<S>(value->second);
      std::ranges::copy(numbers, made->tape->value(leaf).data());
    } else if (program_.data && std::ranges::count(program_.data->names, name) > 0) {
      made->tape->value(leaf).setConstant(S(0));  // until samples are bound; a name may be missing
      made->data.push_back({name, leaf});
    }
  }
  made->places.resize(made->data.size());
  batch = std::move(made);
  return *batch;
}

template <class S>
void ForwardRun<S>::bind(Batch& batch, const SampleSet<S>& samples, int first) {
  for (std::size_t i = 0; i < batch.data.size(); ++i) {
    const auto& [name, leaf] = batch.data[i];
    const int at = samples.find(name);
    if (at < 0) continue;
    const auto matrix = static_cast<std::size_t>(at);
    if (const S* place = samples.in_place(matrix, first)) {
      batch.tape->bind(leaf, const_cast<S*>(place));
      continue;
    }
    const auto view = batch.tape->value(leaf);
    std::vector<S>& copied = batch.places[i];
    copied.resize(static_cast<std::size_t>(view.size()));
    samples.copy(matrix, first, static_cast<int>(view.rows()), copied.data());
    batch.tape->bind(leaf, copied.data());
  }
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
    bind(batch, samples, first);
    batch.tape->forward();
    const Tape<S>& tape = *batch.tape;
    if (with_loss) loss += static_cast<double>(tape.value(batch.loss)(0, 0)) * m;
    if (batch.prediction < 0) continue;
    const ConstView<S> outputs = tape.value(batch.prediction);
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
