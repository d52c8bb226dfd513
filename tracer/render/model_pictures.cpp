#include "tracer/render/model_pictures.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "tracer/text/cells.hpp"
#include "tracer/view/picture.hpp"
#include "tracer/view/scatter_svg.hpp"

namespace tracer {
namespace {

Block section(const std::string& text, Shown shown = Shown::everywhere) {
  return {PageHeading{2, text, {}, Look::faint}, true, 0, shown};
}

bool are_pictures(const ModelReport& report) {
  return report.samples.samples != nullptr && report.samples.samples->image_rows > 0;
}

std::string class_name(const Metrics& metrics, int which) {
  const auto at = static_cast<std::size_t>(which);
  return at < metrics.classes.size() ? metrics.classes[at] : std::to_string(which);
}

// outputs × m, however the samples lie
Array<float> columns_of_outputs(const ModelReport& report) {
  return report.samples.samples->rows ? Array<float>(report.outputs.transpose()) : report.outputs;
}

bool are_probabilities(const ModelReport& report) {
  return report.ranking && !report.ranking->bins.empty();
}

std::string score_words(const ModelReport& report, double score) {
  return are_probabilities(report) ? trimmed(percent(score)) : fmt::format("{:.4g}", score);
}

std::vector<Picture> pictures_of_mistakes(const ModelReport& report,
                                          const std::vector<WrongPrediction>& mistakes, int most) {
  std::vector<int> chosen;
  std::vector<std::string> captions;
  for (const WrongPrediction& one : mistakes) {
    if (static_cast<int>(chosen.size()) == most) break;
    chosen.push_back(one.sample);
    captions.push_back(fmt::format("true {}\nsaid {}\n{}", class_name(report.metrics, one.truth),
                                   class_name(report.metrics, one.said),
                                   score_words(report, one.of_said)));
  }
  return pictures_of(report.samples.pick(chosen), captions);
}

TableBlock table_of_mistakes(const ModelReport& report,
                             const std::vector<WrongPrediction>& mistakes) {
  TableBlock table;
  table.columns = {
      {"sample", true}, {"true"}, {"said"}, {"score of it", true}, {"of the true one", true}};
  for (const WrongPrediction& one : mistakes)
    table.rows.push_back({std::to_string(one.sample + 1), class_name(report.metrics, one.truth),
                          class_name(report.metrics, one.said), score_words(report, one.of_said),
                          score_words(report, one.of_truth)});
  return table;
}

}  // namespace

int pictures_across(int columns, const Style& style) {
  return std::max(1, usable_width(style) / (columns + 2));
}

std::vector<WrongPrediction> surest_mistakes(const ModelReport& report, std::size_t most) {
  const std::vector<int> truth = report.samples.labels(report.metrics.task);
  if (report.outputs.size() == 0 || truth.size() != report.predicted.size()) return {};
  const Array<float> scores = columns_of_outputs(report);
  if (static_cast<std::size_t>(scores.cols()) != truth.size()) return {};
  const auto score_of = [&](int of_class, std::size_t sample) {
    const auto at = static_cast<Eigen::Index>(sample);
    if (scores.rows() > 1) return static_cast<double>(scores(of_class, at));
    // of two classes: the score of the second one
    const auto score = static_cast<double>(scores(0, at));
    if (of_class == 1) return score;
    return are_probabilities(report) ? 1 - score : -score;
  };
  std::vector<WrongPrediction> wrong;
  for (std::size_t k = 0; k < truth.size(); ++k) {
    const int said = report.predicted[k];
    if (said == truth[k]) continue;
    wrong.push_back(
        {static_cast<int>(k), truth[k], said, score_of(said, k), score_of(truth[k], k)});
  }
  std::ranges::stable_sort(wrong, std::greater(),
                           [](const WrongPrediction& one) { return one.of_said - one.of_truth; });
  if (wrong.size() > most) wrong.resize(most);
  return wrong;
}

Document surely_wrong(const ModelReport& report) {
  constexpr std::size_t most = 18;
  constexpr std::size_t most_rows = 8;
  std::vector<WrongPrediction> mistakes = surest_mistakes(report, most);
  if (mistakes.empty()) return {};
  Document page{section("Wrong, and most sure of it")};
  if (!are_pictures(report)) {
    if (mistakes.size() > most_rows) mistakes.resize(most_rows);
    page.push_back({table_of_mistakes(report, mistakes), false});
    return page;
  }
  const int columns = report.samples.samples->image_columns;
  page.push_back(
      {Drawing{[&report, mistakes, columns](const Style& style) {
                 return pictures(
                     pictures_of_mistakes(report, mistakes, pictures_across(columns, style)),
                     style);
               },
               [&report, mistakes] {
                 return pictures_svg(pictures_of_mistakes(report, mistakes, static_cast<int>(most)),
                                     "the samples that were wrong most surely", across_in_browser);
               }},
       false});
  return page;
}

namespace {

// The first parameter that has a weight for each pixel, a row for each unit; 0 × 0: there is none.
struct FirstLayer {
  std::string name;
  Array<float> weights;  // units × pixels
};
FirstLayer first_layer(const ModelReport& report) {
  const Samples& samples = *report.samples.samples;
  const Eigen::Index pixels = static_cast<Eigen::Index>(samples.image_rows) * samples.image_columns;
  for (const std::string& name : report.program.parameters) {
    const auto found = report.model.parameters.find(name);
    if (found == report.model.parameters.end()) continue;
    const auto weights = std::visit(
        [&](const auto& w) -> Array<float> {
          const Array<float> of = w.template cast<float>();
          return samples.rows ? Array<float>(of.transpose()) : of;
        },
        found->second);
    if (weights.cols() == pixels && weights.isFinite().all()) return {name, weights};
  }
  return {};
}

std::vector<Picture> pictures_of_weights(const ModelReport& report, const FirstLayer& layer,
                                         int most) {
  std::vector<int> units(static_cast<std::size_t>(layer.weights.rows()));
  std::iota(units.begin(), units.end(), 0);
  std::ranges::stable_sort(units, std::greater(),
                           [&](int unit) { return layer.weights.row(unit).square().sum(); });
  if (static_cast<int>(units.size()) > most) units.resize(static_cast<std::size_t>(most));
  std::vector<Picture> all;
  for (const int unit : units) {
    const Array<float> row = layer.weights.row(unit);
    all.push_back({{row.data(), row.data() + row.size()},
                   report.samples.samples->image_rows,
                   report.samples.samples->image_columns,
                   fmt::format("unit {}", unit + 1),
                   true});
  }
  return all;
}

constexpr int most_units = 36;

}  // namespace

Document first_weights(const ModelReport& report) {
  if (!are_pictures(report)) return {};
  const auto layer = std::make_shared<const FirstLayer>(first_layer(report));
  if (layer->weights.size() == 0) return {};
  const auto units = layer->weights.rows();
  const std::string some =
      units > most_units
          ? fmt::format("{} units, of which the {} with the largest", units, most_units)
          : fmt::format("{} units", units);
  Document page{section(fmt::format("Weights of the first layer, {}: {}", layer->name, some))};
  page.push_back({Paragraph{{"Red is above 0, blue below: what a unit adds up, and what it takes "
                             "off."}},
                  false, 0, Shown::in_browser});
  const int columns = report.samples.samples->image_columns;
  page.push_back(
      {Drawing{[&report, layer, columns](const Style& style) {
                 constexpr int rows = 3;
                 return pictures(
                     pictures_of_weights(report, *layer, rows * pictures_across(columns, style)),
                     style);
               },
               [&report, layer] {
                 return pictures_svg(pictures_of_weights(report, *layer, most_units),
                                     "weights of the first layer", across_in_browser);
               }},
       false});
  return report.weights ? page : shown_in(Shown::in_browser, std::move(page));
}

namespace {

// Some samples, then what the model makes of each.
std::vector<Picture> originals_and_reconstructions(const ModelReport& report, int count) {
  const Array<float> outputs = columns_of_outputs(report);
  std::vector<int> chosen(static_cast<std::size_t>(std::min<Eigen::Index>(count, outputs.cols())));
  std::iota(chosen.begin(), chosen.end(), 0);
  const Dataset originals = report.samples.pick(chosen);
  std::vector<std::string> captions;
  for (const int k : chosen) captions.push_back(fmt::format("sample {}", k + 1));
  std::vector<Picture> all = pictures_of(originals, captions);
  for (const int k : chosen) {
    const Array<float> made = outputs.col(k);
    const auto error = static_cast<double>((made - originals.features.col(k)).square().mean());
    all.push_back({{made.data(), made.data() + made.size()},
                   originals.image_rows,
                   originals.image_columns,
                   "mse " + short_number(error)});
  }
  return all;
}

}  // namespace

Document reconstructions(const ModelReport& report) {
  if (!are_pictures(report) || report.outputs.size() == 0) return {};
  const Samples& samples = *report.samples.samples;
  if (columns_of_outputs(report).rows() !=
      static_cast<Eigen::Index>(samples.image_rows) * samples.image_columns)
    return {};
  Document page{section("Samples, and below each what the model makes of it")};
  const int columns = samples.image_columns;
  page.push_back({Drawing{[&report, columns](const Style& style) {
                            const std::vector<Picture> all = originals_and_reconstructions(
                                report, pictures_across(columns, style));
                            const auto half =
                                all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
                            return pictures({all.begin(), half}, style) + "\n" +
                                   pictures({half, all.end()}, style);
                          },
                          [&report] {
                            const std::vector<Picture> all =
                                originals_and_reconstructions(report, across_in_browser);
                            return pictures_svg(all, "samples and their reconstructions",
                                                static_cast<int>(all.size() / 2));
                          }},
                  false});
  return page;
}

Document said_over_true(const ModelReport& report) {
  if (report.samples.samples == nullptr || report.outputs.size() == 0) return {};
  const Array<float> said = columns_of_outputs(report);
  const Array<float> truth = report.samples.all().targets;
  if (said.rows() != 1 || truth.rows() != 1 || said.cols() != truth.cols()) return {};
  constexpr Eigen::Index most = 5000;  // more would only make the file large
  const Eigen::Index every = (said.cols() + most - 1) / most;
  PointSet set;
  set.points.resize(2, (said.cols() + every - 1) / every);
  for (Eigen::Index k = 0; k < set.points.cols(); ++k) {
    set.points(0, k) = truth(0, k * every);
    set.points(1, k) = said(0, k * every);
  }
  set.x_name = "true";
  set.y_name = "predicted";
  Document page{section("Predicted over true")};
  page.push_back(
      {Drawing{{}, [set] { return points_svg(set, "predicted over true", Axes::numbered); }},
       false});
  std::string text = "One unit is as long on both axes: what is right lies on the diagonal.";
  if (every > 1) text += fmt::format(" Of the samples one in {} is drawn.", every);
  page.push_back({Paragraph{{text}}, false});
  return shown_in(Shown::in_browser, std::move(page));
}

}  // namespace tracer
