#include "tracer/train/part_samples.hpp"

#include <numeric>

#include "tracer/language/sample_set.hpp"
#include "tracer/language/targets.hpp"
#include "tracer/run/plan.hpp"

namespace tracer {
namespace {

Array<float> columns_of(const LeafValue& value, bool rows) {
  const std::vector<float> numbers = numbers_of<float>(value);
  const Eigen::Map<const Array<float>> all(numbers.data(), sample_count(value, true),
                                           sample_count(value, false));
  return rows ? Array<float>(all.transpose()) : Array<float>(all);
}

}  // namespace

Dataset dataset_of(const Samples& samples) {
  Dataset made;
  made.name = samples.source;
  made.classes = samples.classes;
  made.columns = samples.columns;
  made.image_rows = samples.image_rows;
  made.image_columns = samples.image_columns;
  if (!samples.values.empty()) made.features = columns_of(samples.values.front(), samples.rows);
  if (samples.values.size() > 1) made.targets = columns_of(samples.values.back(), samples.rows);
  return made;
}

std::string name_of(Part part) {
  return part == Part::train ? "training" : part == Part::validation ? "validation" : "test";
}

std::string key_of(Part part) {
  return part == Part::train ? "train" : part == Part::validation ? "val" : "test";
}

int PartSamples::count() const {
  if (samples == nullptr) return 0;
  return chosen.empty() ? samples->count : static_cast<int>(chosen.size());
}

Samples PartSamples::picked(const std::vector<int>& which) const {
  if (samples == nullptr) return {};
  std::vector<int> numbers = which;
  if (!chosen.empty()) {
    for (int& number : numbers) number = chosen.at(static_cast<std::size_t>(number));
  }
  Samples picked{SamplesHead(*samples), {}};
  picked.count = static_cast<int>(numbers.size());
  for (std::size_t name = 0; name < samples->names.size(); ++name)
    picked.values.push_back(samples->batch(name, numbers));
  return picked;
}

Samples PartSamples::picked() const {
  std::vector<int> every(static_cast<std::size_t>(count()));
  std::iota(every.begin(), every.end(), 0);
  return picked(every);
}

Dataset PartSamples::pick(const std::vector<int>& which) const { return dataset_of(picked(which)); }
Dataset PartSamples::all() const { return dataset_of(picked()); }

std::vector<int> PartSamples::labels(Task task) const {
  std::vector<int> labels;
  if (samples == nullptr || samples->names.size() < 2 || task == Task::numbers) return labels;
  std::vector<int> numbers = chosen;
  if (numbers.empty()) {
    numbers.resize(static_cast<std::size_t>(samples->count));
    std::iota(numbers.begin(), numbers.end(), 0);
  }
  Samples targets;
  targets.names = {samples->names.back()};
  targets.rows = samples->rows;
  targets.count = static_cast<int>(numbers.size());
  targets.values = {samples->batch(samples->names.size() - 1, numbers)};
  return class_labels(SampleSet<float>(targets), task);
}

PartSamples part_samples(const Program& program, Part part) {
  if (!program.data) return {};
  const Samples* const data = &*program.data;
  if (part == Part::test && program.test) return {&*program.test, {}};
  if (part == Part::validation && program.validation) return {&*program.validation, {}};
  if (!program.training) return part == Part::train ? PartSamples{data, {}} : PartSamples{};
  Parts parts = parts_of(program);
  if (part == Part::train) return {data, std::move(parts.train)};
  std::vector<int>& chosen = part == Part::validation ? parts.validation : parts.test;
  return chosen.empty() ? PartSamples{} : PartSamples{data, std::move(chosen)};
}

Evaluation evaluate(const Program& program, const Model& model, const PartSamples& part) {
  if (part.chosen.empty())  // all of them, where they are
    return evaluate(program, model.parameters, model.states, *part.samples);
  return evaluate(program, model.parameters, model.states, part.picked());
}

}  // namespace tracer
