#include "tracer/cli/model_report.hpp"

#include <algorithm>
#include <cctype>
#include <numeric>

#include <fmt/format.h>

#include "tracer/cli/sample_data.hpp"
#include "tracer/train/steps.hpp"
#include "tracer/train/targets.hpp"
#include "tracer/view/confusion.hpp"
#include "tracer/view/picture.hpp"
#include "tracer/view/report.hpp"

namespace tracer::cli {

std::string name_of(Part part) {
  return part == Part::train ? "training" : part == Part::validation ? "validation" : "test";
}

std::string key_of(Part part) {
  return part == Part::train ? "train" : part == Part::validation ? "val" : "test";
}

// ---------------------------------------------------------------------------- parts of samples

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
  Samples picked;
  for (std::size_t name = 0; name < samples->names.size(); ++name)
    picked.values.push_back(samples->batch(name, numbers));
  picked.names = samples->names;
  picked.count = static_cast<int>(numbers.size());
  picked.rows = samples->rows;
  picked.source = samples->source;
  picked.classes = samples->classes;
  picked.image_rows = samples->image_rows;
  picked.image_columns = samples->image_columns;
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
  if (!program.training) return part == Part::train ? PartSamples{data, {}} : PartSamples{};
  Parts parts = parts_of(program);
  if (part == Part::train) return {data, std::move(parts.train)};
  std::vector<int>& chosen = part == Part::validation ? parts.validation : parts.test;
  return chosen.empty() ? PartSamples{} : PartSamples{data, std::move(chosen)};
}

// ------------------------------------------------------------------------------------ the page

Plane plane_of(const ModelReport& report) {
  Plane plane;
  const Dataset all = report.samples.all();
  plane.set.points = all.features;
  plane.set.labels = report.samples.labels(report.metrics.task);
  plane.set.classes = report.metrics.classes;
  const Program& program = report.program;
  const auto outputs = [&program, &model = report.model](const Array<float>& points) {
    Samples samples;
    const Samples& data = *program.data;
    samples.names = {data.names.front()};
    samples.rows = data.rows;
    samples.count = static_cast<int>(points.cols());
    samples.values = {data.rows ? Array<float>(points.transpose()) : points};
    return evaluate(program, model.parameters, model.states, samples);
  };
  // numbers from 0 to 1 for two classes are taken for what they nearly always are
  const Array<float> sample = outputs(all.features).outputs;
  const bool graded = report.metrics.task == Task::two_classes && sample.size() > 0 &&
                      sample.minCoeff() >= 0 && sample.maxCoeff() <= 1;
  plane.says = graded ? Says::probabilities : Says::classes;
  plane.predict = [outputs, graded](const Array<float>& points) {
    const Evaluation said = outputs(points);
    return graded
               ? std::vector<double>(said.outputs.reshaped().begin(), said.outputs.reshaped().end())
               : std::vector<double>(said.predicted.begin(), said.predicted.end());
  };
  return plane;
}

bool has_boundary(const ModelReport& report) {
  if (report.metrics.task == Task::numbers || report.samples.count() == 0) return false;
  return report.samples.pick({0}).features.rows() == 2 && report.samples.samples->names.size() == 2;
}

namespace {

std::string heading(const std::string& text, const Style& style) {
  return "\n" + coloured(text, grey, style) + "\n";
}

// One picture of each of the most frequent mistakes, in a row.
std::string confused(const ModelReport& report, const Style& style) {
  const Metrics& metrics = report.metrics;
  const PartSamples& samples = report.samples;
  const auto pairs = metrics.most_confused(8);
  if (pairs.empty() || metrics.classes.size() < 3) return "";
  std::string text = heading("Most often confused", style) + confusion_list(metrics, 5, style);
  const std::vector<int> labels = samples.labels(metrics.task);
  if (samples.samples == nullptr || samples.samples->image_rows == 0 ||
      labels.size() != report.predicted.size())
    return text;
  const int across = std::max(1, usable_width(style) / (samples.samples->image_columns + 2));
  std::vector<int> chosen;
  std::vector<std::string> captions;
  for (const Metrics::Confusion& pair : pairs) {
    for (std::size_t k = 0; k < labels.size() && static_cast<int>(chosen.size()) < across; ++k) {
      if (labels[k] != pair.truth || report.predicted[k] != pair.predicted) continue;
      chosen.push_back(static_cast<int>(k));
      captions.push_back(fmt::format("true {}, said {}",
                                     metrics.classes[static_cast<std::size_t>(pair.truth)],
                                     metrics.classes[static_cast<std::size_t>(pair.predicted)]));
      break;
    }
  }
  return text + "\n" + pictures(pictures_of(samples.pick(chosen), captions), style);
}

}  // namespace

std::string to_text(const ModelReport& report, const Style& style) {
  const Metrics& metrics = report.metrics;
  std::string title = report.part;
  title.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(title.front())));
  std::string text = heading(title, style) + metrics_line(metrics, style) + "\n";
  if (metrics.task == Task::numbers) return text;
  text += "\n" + classification_report(metrics, style);
  text += heading("Confusion matrix", style) + confusion_matrix(metrics, style);
  text += confused(report, style);
  if (has_boundary(report)) {
    const Plane plane = plane_of(report);
    text +=
        heading("Decision boundary", style) + boundary(plane.set, plane.predict, plane.says, style);
  }
  return text;
}

void add_metrics(nlohmann::ordered_json& into, const std::string& key, const Metrics& metrics) {
  into[key + "_loss"] = metrics.loss;
  if (metrics.task == Task::numbers) {
    if (metrics.r2) into[key + "_r2"] = *metrics.r2;
    return;
  }
  into[key + "_accuracy"] = metrics.accuracy();
  into[key + "_f1"] = metrics.macro().f1;
}

}  // namespace tracer::cli
