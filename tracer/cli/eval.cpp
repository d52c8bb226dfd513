// tracer eval: how good a saved model is.
#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tracer/cli/commands.hpp"
#include "tracer/cli/output.hpp"
#include "tracer/cli/sample_data.hpp"
#include "tracer/error.hpp"
#include "tracer/json_text.hpp"
#include "tracer/number/threads.hpp"
#include "tracer/render/model_page.hpp"
#include "tracer/sweep/statistics.hpp"
#include "tracer/train/evaluate.hpp"
#include "tracer/view/gnuplot.hpp"

namespace tracer::cli {
namespace {

using Json = nlohmann::ordered_json;

struct EvalFlags {
  std::string model;
  SampleChoice choice;
  std::string plot;
  std::string confusion = "counts";
  bool shares = false;
  bool weights = false;
  Output output;
  int threads = 2;
};

std::string to_json(const SavedModel& saved, const ModelReport& report) {
  const std::string& name = report.part;
  const Metrics& metrics = report.metrics;
  Json json{{"schema", 1}, {"model", saved.path}, {"data", name}, {"samples", metrics.count}};
  json["loss"] = metrics.loss;
  if (metrics.task == Task::numbers) {
    if (metrics.r2) json["r2"] = *metrics.r2;
    if (metrics.r2_by_variance) json["r2_by_variance"] = *metrics.r2_by_variance;
    if (metrics.mae) json["mae"] = *metrics.mae;
    if (metrics.rmse) json["rmse"] = *metrics.rmse;
    return json_text(json, 2) + "\n";
  }
  json["accuracy"] = metrics.accuracy();
  const ConfidenceInterval interval = wilson(metrics.accuracy(), metrics.count);
  json["accuracy_interval"] = {interval.low, interval.high};
  json["f1"] = metrics.macro().f1;
  json["weighted_f1"] = metrics.weighted().f1;
  json["classes"] = Json::array();
  const std::vector<ClassScore> scores = metrics.scores();
  for (std::size_t k = 0; k < scores.size(); ++k) {
    json["classes"].push_back({{"name", metrics.classes[k]},
                               {"precision", scores[k].precision},
                               {"recall", scores[k].recall},
                               {"f1", scores[k].f1},
                               {"support", scores[k].support}});
    if (!report.ranking) continue;
    json["classes"].back()["average_precision"] = report.ranking->classes[k].average_precision;
    json["classes"].back()["roc_auc"] = report.ranking->classes[k].roc_auc;
  }
  if (report.ranking) {
    json["top"] = report.ranking->top;
    if (report.ranking->calibration_error)
      json["calibration_error"] = *report.ranking->calibration_error;
  }
  json["confusion"] = metrics.confusion;
  json["confusion_shares"] = metrics.confusion_shares();
  return json_text(json, 2) + "\n";
}

Cells cells_of(const EvalFlags& options) {
  if (options.confusion == "columns") return Cells::columns;
  return options.shares || options.confusion == "rows" ? Cells::rows : Cells::counts;
}

void require_targets(const SavedModel& saved, const Samples& given, const std::string& file) {
  if (given.names.size() > 1) return;
  const std::optional<Columns>& trained = saved.program.data->columns;
  throw Error(fmt::format(
      "{}: there {}, so {} can't be judged by it; tracer predict does without", file,
      trained && !trained->label.empty()
          ? fmt::format("is no column called {}, the label of the training data", trained->label)
          : "are no targets",
      saved.path));
}

int run(const EvalFlags& options) {
  set_threads(options.threads);
  if (!options.plot.empty()) require_gnuplot();
  const auto saved = saved_model(options.model);
  const AskedSamples asked = asked_samples(*saved, options.choice);
  const std::string& name = asked.name;
  if (asked.of_file) require_targets(*saved, *asked.of_file, name);
  const PartSamples& samples = asked.part;
  if (says_nothing(*saved)) return 1;
  const Evaluation made = evaluate(saved->program, saved->model, samples);
  const Array<float>& outputs = made.outputs;
  if (says_nothing(*saved, samples.samples->rows ? Array<float>(outputs.transpose()) : outputs))
    return 1;
  const ModelReport report{
      saved->program,
      saved->model,
      name,
      made.metrics,
      made.predicted,
      samples,
      cells_of(options),
      ranking_of(made.metrics, samples.labels(made.metrics.task), outputs, samples.samples->rows),
      outputs,
      options.weights};
  if (options.output.chosen() == "json") {
    options.output.write(to_json(*saved, report));
  } else {
    Document page = shown_in(
        Shown::in_files,
        {{PageHeading{1,
                      fmt::format("{} on {} samples",
                                  std::filesystem::path(saved->path).filename().string(), name)}}});
    page += page_of(report);
    options.output.write(page += curves_page(saved->program, saved->model.history));
  }
  if (!options.plot.empty()) remark_written(plot_model(report, options.plot));
  return 0;
}

}  // namespace

Command eval_command() {
  const auto options = std::make_shared<EvalFlags>();
  EvalFlags& to = *options;
  Flags flags{model_flag(to.model)};
  flags += choice_flags(to.choice);
  flags +=
      {{"--confusion", &to.confusion,
        "the confusion matrix in counts, or in per cent of its rows (of what is true) or columns "
        "(of what is said) (default counts)",
        OneOf{{"counts", "rows", "columns"}}},
       {"--shares", &to.shares, "the same as --confusion rows"},
       {"--weights", &to.weights,
        "of a network for pictures the weights of its first layer, as pictures"},
       {"--plot", &to.plot, "a folder: confusion matrix and boundary by gnuplot, SVG and PNG",
        Anything{"FILE"}},
       page_format_flag(to.output, {"json"}),
       output_flag(to.output),
       threads_flag(to.threads),
       colour_flag(to.output)};
  return {"eval", "the metrics of a saved model",
          "Examples:\n"
          "  tracer eval digits.safetensors                (on the test data of its lesson)\n"
          "  tracer eval digits.safetensors --part training --confusion columns\n"
          "  tracer eval digits.safetensors -o page.html   (with pictures)\n"
          "  tracer eval digits.safetensors --data my-digits.csv --format json",
          std::move(flags), [options] { return run(*options); }};
}

}  // namespace tracer::cli
