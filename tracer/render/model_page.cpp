#include "tracer/render/model_page.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <numeric>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tracer/render/model_pictures.hpp"
#include "tracer/sweep/statistics.hpp"
#include "tracer/text/cells.hpp"
#include "tracer/view/chart_svg.hpp"
#include "tracer/view/curves.hpp"
#include "tracer/view/heat_map_svg.hpp"
#include "tracer/view/picture.hpp"
#include "tracer/view/ranking_svg.hpp"
#include "tracer/view/report.hpp"
#include "tracer/view/scatter_svg.hpp"

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

bool has_plane(const Program& program) {
  return program.data && program.data->names.size() == 2 && program.data->entries(0) == 2;
}

Plots::Files plot_model(const ModelReport& report, const std::string& folder) {
  const Plots plots(folder);
  Plots::Files files;
  if (has_boundary(report)) {
    const Plane plane = plane_of(report);
    files = plots.boundary(plane.set, plane.predict, plane.says);
  }
  const auto add = [&files](const Plots::Files& more) {
    files.insert(files.end(), more.begin(), more.end());
  };
  add(plots.confusion(report.metrics));
  if (report.ranking) add(plots.ranking(*report.ranking, report.metrics.classes));
  return files;
}

namespace {

Block heading(const std::string& text) { return {PageHeading{2, text, {}, Look::faint}}; }

Block drawn(std::function<std::string(const Style&)> draw, bool apart = false,
            std::function<std::string()> svg = {}) {
  return {Drawing{std::move(draw), std::move(svg)}, apart};
}

// Of what is drawn with characters and is a table in a browser.
std::string no_svg() { return ""; }

TableBlock classification_table(const Metrics& metrics) {
  TableBlock table{
      {{"class"}, {"precision", true}, {"recall", true}, {"f1-score", true}, {"support", true}},
      {}};
  for (const std::vector<std::string>& row : classification_rows(metrics)) {
    table.rows.emplace_back();
    for (const std::string& cell : row) table.rows.back().emplace_back(cell);
  }
  return table;
}

// One picture of each of the most frequent mistakes, as many as fit in a row.
std::vector<Picture> confused_pictures(const ModelReport& report, const std::vector<int>& labels,
                                       int across) {
  const Metrics& metrics = report.metrics;
  const PartSamples& samples = report.samples;
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
  page.push_back(drawn([&metrics](const Style& style) { return confusion_list(metrics, 5, style); },
                       false, no_svg));
  ConfusionTable table = confusion_table(metrics, 10);
  page.push_back(
      {TableBlock{std::move(table.columns), std::move(table.rows)}, false, 0, Shown::in_browser});
  const std::vector<int> labels = report.samples.labels(metrics.task);
  if (report.samples.samples == nullptr || report.samples.samples->image_rows == 0 ||
      labels.size() != report.predicted.size())
    return;
  const int columns = report.samples.samples->image_columns;
  page.push_back(drawn(
      [&report, labels, columns](const Style& style) {
        return pictures(confused_pictures(report, labels, pictures_across(columns, style)), style);
      },
      true,
      [&report, labels] {
        return pictures_svg(confused_pictures(report, labels, across_in_browser),
                            "one sample of each of the most frequent mistakes");
      }));
}

}  // namespace

namespace {

Block line(const std::string& text, bool apart = false, int colour = -1) {
  return {Paragraph{.text = {text}, .wrap = Paragraph::never, .colour = colour}, apart};
}

// Where the same class every time would be right as often: that it is so.
std::string chance_text(const Metrics& metrics) {
  int most = 0;
  std::size_t which = 0;
  for (std::size_t k = 0; k < metrics.confusion.size(); ++k) {
    const int count = std::accumulate(metrics.confusion[k].begin(), metrics.confusion[k].end(), 0);
    if (count > most) which = k;
    most = std::max(most, count);
  }
  const double share = metrics.count == 0 ? 0 : static_cast<double>(most) / metrics.count;
  if (!(metrics.accuracy() <= share) || metrics.accuracy() == 1) return "";
  return fmt::format("no better than saying {} every time, which is right for {}",
                     metrics.classes[which], percent(share));
}

// "95 % interval 97.7 … 98.3 %": what so many samples tell of others.
std::string interval_text(const Metrics& metrics) {
  if (metrics.count == 0) return "";
  const ConfidenceInterval interval = wilson(metrics.accuracy(), metrics.count);
  return fmt::format("accuracy on other samples of the kind: {} … {} (95 % interval)",
                     percent(interval.low), percent(interval.high));
}

// How each class is told from the rest, at every threshold.
void add_ranking(const ModelReport& report, Document& page) {
  const Ranking& ranking = *report.ranking;
  TableBlock table;
  table.columns = {{"class"}, {"share", true}, {"average precision", true}, {"ROC area", true}};
  for (std::size_t c = 0; c < ranking.classes.size(); ++c) {
    const ClassRanking& of = ranking.classes[c];
    if (of.prevalence == 0) continue;
    table.rows.push_back(
        {c < report.metrics.classes.size() ? report.metrics.classes[c] : std::to_string(c),
         fmt::format("{:.3f}", of.prevalence), fmt::format("{:.4f}", of.average_precision),
         std::isnan(of.roc_auc) ? "" : fmt::format("{:.4f}", of.roc_auc)});
  }
  page.push_back(heading("Each class against the rest, at every threshold"));
  page.push_back({std::move(table)});
  page.push_back(
      {Drawing{{}, [&report] { return ranking_svg(*report.ranking, report.metrics.classes); }},
       true, 0, Shown::in_browser});
  if (ranking.classes.size() > 2) {
    std::string text;
    for (std::size_t k = 1; k < ranking.top.size(); ++k)
      text += fmt::format("{} the first {}: {}", k == 1 ? "" : ";", k + 1, percent(ranking.top[k]));
    page.push_back(line("The right class is among" + text, true));
  }
  if (!ranking.calibration_error) return;
  std::string text;
  for (std::size_t k = 0; k < ranking.bins.size(); ++k) {
    const CalibrationBin& bin = ranking.bins[k];
    if (bin.count > 0)
      text += fmt::format("{}{}–{} %: {} of {}", text.empty() ? "" : "; ", 10 * k, 10 * (k + 1),
                          percent(bin.right), grouped(bin.count));
  }
  page.push_back({Paragraph{{fmt::format(
      "Right, by the probability that it gave: {}. On average that is off by {:.1f} points.", text,
      100 * *ranking.calibration_error)}}});
}

}  // namespace

std::optional<Ranking> ranking_of(const Metrics& metrics, const std::vector<int>& truth,
                                  const Array<float>& outputs, bool rows) {
  if (metrics.task == Task::numbers || truth.empty()) return std::nullopt;
  const Array<float> scores = rows ? Array<float>(outputs.transpose()) : outputs;
  const bool fits = static_cast<std::size_t>(scores.cols()) == truth.size() &&
                    (scores.rows() > 1 || (scores >= 0 && scores <= 1).all());
  if (!fits || !scores.isFinite().all()) return std::nullopt;
  return ranking_of(truth, scores);
}

Document page_of(const ModelReport& report) {
  const Metrics& metrics = report.metrics;
  std::string title = report.part;
  const bool is_file = title.find_first_of("./(") != std::string::npos;  // it keeps its name
  if (!is_file)
    title.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(title.front())));
  Document page{
      empty_line(),
      heading(title),
      drawn([&metrics](const Style& style) { return metrics_line(metrics, style) + "\n"; }, false,
            no_svg),
      {Paragraph{{fmt::format("{}", fmt::join(metrics_texts(metrics, Style{}), " · "))},
                 Paragraph::never,
                 Look::bold},
       false, 0, Shown::in_browser}};
  if (metrics.task == Task::numbers) {
    page += said_over_true(report);
    page += reconstructions(report);
    return page += first_weights(report);
  }
  if (const std::string text = chance_text(metrics); !text.empty()) page.push_back(line(text));
  if (const std::string text = interval_text(metrics); !text.empty()) page.push_back(line(text));
  page.push_back(
      drawn([&metrics](const Style& style) { return classification_report(metrics, style); }, true,
            no_svg));
  page.push_back({classification_table(metrics), false, 0, Shown::in_browser});
  if (report.ranking) add_ranking(report, page);
  page.push_back(heading("Confusion matrix"));
  page.push_back(drawn([&metrics, cells = report.cells](
                           const Style& style) { return confusion_matrix(metrics, style, cells); },
                       false,
                       [&metrics, cells = report.cells, part = report.part] {
                         return confusion_svg(metrics, cells, part + " samples");
                       }));
  add_confused(report, page);
  page += surely_wrong(report);
  if (has_boundary(report)) {
    page.push_back(heading("Decision boundary"));
    page.push_back(drawn(
        [&report](const Style& style) {
          const Plane plane = plane_of(report);
          return boundary(plane.set, plane.predict, plane.says, style);
        },
        false,
        [&report] {
          const Plane plane = plane_of(report);
          return boundary_svg(plane.set, plane.predict, plane.says, "decision boundary");
        }));
  }
  return page += first_weights(report);
}

namespace {

std::string ending(const Trainer& trainer, const TrainingEnd& end) {
  const std::string time = end.seconds < 0.1 ? fmt::format("{:.0f} ms", 1000 * end.seconds)
                                             : fmt::format("{:.2f} s", end.seconds);
  std::string text = fmt::format("{}: {} of training", trainer.reason(), time);
  if (end.best_epoch > 0)
    text += fmt::format("; the weights of epoch {} are back, the best", end.best_epoch);
  return text;
}

// "dead units: A1 2 of 128, A2 7 of 64 (...)"
void add_idle_units(const History& history, Document& page) {
  if (history.empty()) return;
  for (const auto& [what, why] :
       {std::pair("dead", "0 for every sample of the last batch: no gradient comes through"),
        std::pair("saturated",
                  "flat for every sample of the last batch: hardly any gradient "
                  "comes through")}) {
    std::vector<std::string> lines;
    for (const IdleUnits& units : history.back().idle) {
      if (units.what == what && units.idle > 0)
        lines.push_back(fmt::format("{} {} of {}", units.name, units.idle, units.units));
    }
    if (!lines.empty())
      page.push_back(line(fmt::format("{} units: {} ({})", what, fmt::join(lines, ", "), why)));
  }
}

// Units that began alike have stayed so: they get the same gradient in every step.
void add_equal_units(const Model& model, Document& page) {
  for (const auto& [name, tensor] : model.parameters) {
    const bool equal = std::visit(
        [](const auto& w) {
          return w.rows() > 1 && w.cols() > 1 && (w == w.row(0).replicate(w.rows(), 1)).all();
        },
        tensor);
    if (!equal) continue;
    page.push_back(
        line(fmt::format("all rows of {} are equal, and will stay so: begin with random "
                         "weights (kaiming, xavier), not with equal ones",
                         name)));
  }
}

Document beginning(const Trainer& trainer, const TrainingEnd& end) {
  Document page{empty_line(), line(ending(trainer, end))};
  add_idle_units(trainer.history(), page);
  if (!trainer.history().empty()) add_equal_units(trainer.model(), page);
  return page;
}

}  // namespace

Document page_of(const Trainer& trainer, const TrainingEnd& end, const ModelReport* report) {
  Document page = beginning(trainer, end);
  if (!trainer.history().empty())
    page.push_back({Drawing{
        [&trainer, kept = end.best_epoch](const Style& style) {
          return curves(trainer.history(), style, kept);
        },
        [&trainer, kept = end.best_epoch] { return curves_svg(trainer.history(), kept); }}});
  if (report != nullptr) page += page_of(*report);
  if (report != nullptr && report->metrics.task != Task::numbers && end.parts.size() > 1) {
    page.push_back(
        {PageHeading{2, "Confusion matrices of the other samples"}, true, 0, Shown::in_browser});
    page.push_back({Drawing{{},
                            [&end, cells = report->cells] {
                              std::string all;
                              for (std::size_t k = 0; k + 1 < end.parts.size(); ++k)
                                all += confusion_svg(end.parts[k].second, cells,
                                                     name_of(end.parts[k].first) + " samples");
                              return all;
                            }},
                    true, 0, Shown::in_browser});
  }
  return page += expectations_page(end);
}

Document curves_page(const Program& program, const History& history) {
  if (history.empty()) return {};
  const auto best = std::ranges::find(history.rbegin(), history.rend(), true, &EpochRecord::best);
  const bool restored = program.training && program.training->restore_best;
  const int kept = restored && best != history.rend() ? best->epoch : 0;
  return shown_in(Shown::in_browser,
                  {heading("Its training"),
                   {Drawing{{}, [&history, kept] { return curves_svg(history, kept); }}}});
}

Document brief_page_of(const Trainer& trainer, const TrainingEnd& end) {
  Document page = beginning(trainer, end);
  if (!end.parts.empty())
    page.push_back({Drawing{[&end](const Style& style) { return summary(end, style); }}});
  return page += expectations_page(end);
}

Document expectations_page(const TrainingEnd& end) {
  constexpr int red = 160;
  Document page;
  for (const Trainer::JudgedExpectation& verdict : end.verdicts)
    page.push_back(line(verdict.text, page.empty(), verdict.judged && !verdict.holds ? red : -1));
  return page;
}

std::string summary(const TrainingEnd& end, const Style& style) {
  if (end.parts.empty()) return "";
  const auto& [part, metrics] = end.parts.back();
  return name_of(part) + " " + metrics_line(metrics, style) + "\n";
}

}  // namespace tracer
