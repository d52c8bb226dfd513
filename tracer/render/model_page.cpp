#include "tracer/render/model_page.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/format.h>

#include "tracer/view/picture.hpp"
#include "tracer/view/report.hpp"

namespace tracer {

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

Block heading(const std::string& text) { return {PageHeading{2, text, {}, Look::faint}}; }

Block drawn(std::function<std::string(const Style&)> draw, bool apart = false) {
  return {Drawing{std::move(draw)}, apart};
}

// One picture of each of the most frequent mistakes, as many as fit in a row.
std::vector<Picture> confused_pictures(const ModelReport& report, const std::vector<int>& labels,
                                       const Style& style) {
  const Metrics& metrics = report.metrics;
  const PartSamples& samples = report.samples;
  const int across = std::max(1, usable_width(style) / (samples.samples->image_columns + 2));
  std::vector<int> chosen;
  std::vector<std::string> captions;
  for (const Metrics::Confusion& pair : metrics.most_confused(8)) {
    for (std::size_t k = 0; k < labels.size() && static_cast<int>(chosen.size()) < across; ++k) {
      if (labels[k] != pair.truth || report.predicted[k] != pair.predicted) continue;
      chosen.push_back(static_cast<int>(k));
      captions.push_back(fmt::format("true {}, said {}",
                                     metrics.classes[static_cast<std::size_t>(pair.truth)],
                                     metrics.classes[static_cast<std::size_t>(pair.predicted)]));
      break;
    }
  }
  return pictures_of(samples.pick(chosen), captions);
}

void add_confused(const ModelReport& report, Document& page) {
  const Metrics& metrics = report.metrics;
  if (metrics.most_confused(1).empty() || metrics.classes.size() < 3) return;
  page.push_back(heading("Most often confused"));
  page.push_back(
      drawn([&metrics](const Style& style) { return confusion_list(metrics, 5, style); }));
  const std::vector<int> labels = report.samples.labels(metrics.task);
  if (report.samples.samples == nullptr || report.samples.samples->image_rows == 0 ||
      labels.size() != report.predicted.size())
    return;
  page.push_back(drawn(
      [&report, labels](const Style& style) {
        return pictures(confused_pictures(report, labels, style), style);
      },
      true));
}

}  // namespace

Document page_of(const ModelReport& report) {
  const Metrics& metrics = report.metrics;
  std::string title = report.part;
  title.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(title.front())));
  Document page{empty_line(), heading(title), drawn([&metrics](const Style& style) {
                  return metrics_line(metrics, style) + "\n";
                })};
  if (metrics.task == Task::numbers) return page;
  page.push_back(drawn(
      [&metrics](const Style& style) { return classification_report(metrics, style); }, true));
  page.push_back(heading("Confusion matrix"));
  page.push_back(
      drawn([&metrics](const Style& style) { return confusion_matrix(metrics, style); }));
  add_confused(report, page);
  if (has_boundary(report)) {
    page.push_back(heading("Decision boundary"));
    page.push_back(drawn([&report](const Style& style) {
      const Plane plane = plane_of(report);
      return boundary(plane.set, plane.predict, plane.says, style);
    }));
  }
  return page;
}

}  // namespace tracer
