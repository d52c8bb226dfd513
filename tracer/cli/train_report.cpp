// The end of `tracer train`: the best weights come back, files are written, curves, scores and
// expectations shown. Next: ../render/training_page.hpp.
#include "tracer/cli/train_output.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tracer/cli/interrupt.hpp"
#include "tracer/cli/output.hpp"
#include "tracer/error.hpp"
#include "tracer/json_text.hpp"
#include "tracer/render/training_page.hpp"
#include "tracer/train/model_file.hpp"
#include "tracer/train/outline.hpp"
#include "tracer/view/gnuplot.hpp"

namespace tracer::cli {
namespace {

using Json = nlohmann::ordered_json;

TrainingEnd end_of(Trainer& trainer, bool finite) {
  TrainingEnd end;
  end.finite = finite;
  end.interrupted = Interrupt::asked();
  if (finite) end.best_epoch = trainer.finish();
  for (const EpochRecord& record : trainer.history()) end.seconds += record.seconds;
  for (const Part part : {Part::train, Part::validation, Part::test}) {
    if (trainer.count(part) > 0) end.parts.emplace_back(part, trainer.evaluate(part));
  }
  if (finite) end.verdicts = trainer.verdicts();
  return end;
}

void add_metrics(Json& into, const std::string& key, const Metrics& metrics) {
  into[key + "_loss"] = metrics.loss;
  if (metrics.task == Task::numbers) {
    if (metrics.r2) into[key + "_r2"] = *metrics.r2;
    return;
  }
  into[key + "_accuracy"] = metrics.accuracy();
  into[key + "_f1"] = metrics.macro().f1;
}

std::string json_line(const Trainer& trainer, const TrainingEnd& end) {
  Json line;
  line["event"] = "end";
  line["reason"] = end.finite ? trainer.reason() : "the loss is not finite";
  line["epochs"] = trainer.history().size();
  if (end.best_epoch > 0) line["best_epoch"] = end.best_epoch;
  line["interrupted"] = end.interrupted;
  line["seconds"] = end.seconds;
  for (const auto& [part, metrics] : end.parts) add_metrics(line, key_of(part), metrics);
  line["expectations"] = Json::array();
  for (const Trainer::JudgedExpectation& verdict : end.verdicts) {
    Json one{{"text", verdict.text}};
    one["holds"] = verdict.judged ? Json(verdict.holds) : Json();
    line["expectations"].push_back(std::move(one));
  }
  return json_text(line) + "\n";
}

ModelReport report_of(const Trainer& trainer, const Program& program, const Model& model,
                      const TrainingEnd& end) {
  const auto& [part, metrics] = end.parts.back();
  ModelReport report{program, model, name_of(part), metrics, {}, part_samples(program, part)};
  if (metrics.task != Task::numbers)
    report.predicted = predicted_classes(program, trainer.predict(part));
  return report;
}

void plot(const Trainer& trainer, const Program& program, const Model& model,
          const TrainingEnd& end, const std::string& folder) {
  const Plots plots(folder);
  Plots::Files files = plots.curves(
      {{program.title.empty() ? program.source->name() : program.title, trainer.history()}});
  const auto add = [&](const Plots::Files& more) {
    files.insert(files.end(), more.begin(), more.end());
  };
  if (!end.parts.empty()) {
    const auto& [part, metrics] = end.parts.back();
    const ModelReport report{program, model, name_of(part),
                             metrics, {},    part_samples(program, part)};
    if (has_boundary(report)) {
      const Plane plane = plane_of(report);
      add(plots.boundary(plane.set, plane.predict, plane.says));
    }
    add(plots.confusion(metrics));
  }
  for (const auto& file : files) remark(fmt::format("written: {}", file.string()));
}

}  // namespace

int report_training(Trainer& trainer, const Program& program, TrainOutput& output,
                    const TrainFlags& flags, bool finite) {
  const TrainingEnd end = end_of(trainer, finite);
  Model model = trainer.model();
  model.data = outline_of(program);
  std::optional<Error> failed;  // the results are shown even where a file can't be written
  const auto attempt = [&](const auto& write) {
    try {
      write();
    } catch (const Error& error) {
      if (!failed) failed = error;
    }
  };
  if (end.interrupted) {
    remark(fmt::format("interrupted in epoch {}: what has been learnt until then is kept{}",
                       trainer.history().empty() ? 1 : trainer.history().back().epoch,
                       flags.checkpoint.empty()
                           ? ""
                           : fmt::format(" (go on with --resume {})", flags.checkpoint)));
  }
  if (!flags.save.empty() && finite) {
    attempt([&] {
      if (flags.save.ends_with(".npz")) {
        save_npz(flags.save, model);
      } else {
        save_model(flags.save, model);
      }
    });
  } else if (!flags.save.empty()) {
    remark(fmt::format("{} is not written: the run did not end well", flags.save));
  }
  if (!flags.csv.empty()) attempt([&] { write_result(flags.csv, to_csv(trainer.history())); });
  if (output.json()) {
    print(json_line(trainer, end));
  } else if (output.quiet()) {
    print(summary(end, flags.output.style()));
  } else {
    std::optional<ModelReport> report;
    if (!flags.no_report && !end.parts.empty())
      report.emplace(report_of(trainer, program, model, end));
    flags.output.write(flags.no_report ? brief_page_of(trainer, end)
                                       : page_of(trainer, end, report ? &*report : nullptr));
  }
  if (!flags.plot.empty()) attempt([&] { plot(trainer, program, model, end, flags.plot); });
  if (failed) throw *failed;
  if (!finite) return 1;
  if (end.interrupted || end.expectations_hold()) return 0;
  if (output.json() || output.quiet()) remark("\n" + write(expectations_page(end), "text"));
  return 1;
}

}  // namespace tracer::cli
