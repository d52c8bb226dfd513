#include "tracer/cli/train_report.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tracer/cli/interrupt.hpp"
#include "tracer/cli/model_report.hpp"
#include "tracer/cli/output.hpp"
#include "tracer/error.hpp"
#include "tracer/json_text.hpp"
#include "tracer/train/model_file.hpp"
#include "tracer/train/outline.hpp"
#include "tracer/view/curves.hpp"
#include "tracer/view/gnuplot.hpp"
#include "tracer/view/report.hpp"

namespace tracer::cli {
namespace {

using Json = nlohmann::ordered_json;

struct End {
  bool finite = true;
  bool interrupted = false;
  int best_epoch = 0;  // 0: the last epoch's weights are those that are kept
  double seconds = 0;  // of training
  std::vector<std::pair<Part, Metrics>> parts;  // that there are, the one to report last
  std::vector<Trainer::Verdict> verdicts;

  bool expectations_hold() const {
    return std::ranges::all_of(verdicts, [](const auto& one) { return !one.judged || one.holds; });
  }
};

End end_of(Trainer& trainer, bool finite) {
  End end;
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

std::string json_line(const Trainer& trainer, const End& end) {
  Json line;
  line["event"] = "end";
  line["reason"] = end.finite ? trainer.reason() : "the loss is not finite";
  line["epochs"] = trainer.history().size();
  if (end.best_epoch > 0) line["best_epoch"] = end.best_epoch;
  line["interrupted"] = end.interrupted;
  line["seconds"] = end.seconds;
  for (const auto& [part, metrics] : end.parts) add_metrics(line, key_of(part), metrics);
  line["expectations"] = Json::array();
  for (const Trainer::Verdict& verdict : end.verdicts) {
    Json one{{"text", verdict.text}};
    one["holds"] = verdict.judged ? Json(verdict.holds) : Json();
    line["expectations"].push_back(std::move(one));
  }
  return json_text(line) + "\n";
}

std::string ending(const Trainer& trainer, const End& end) {
  const std::string time = end.seconds < 0.1 ? fmt::format("{:.0f} ms", 1000 * end.seconds)
                                             : fmt::format("{:.2f} s", end.seconds);
  std::string text = fmt::format("\n{}: {} of training", trainer.reason(), time);
  if (end.best_epoch > 0)
    text += fmt::format("; the weights of epoch {} are back, the best", end.best_epoch);
  return text + "\n";
}

// "dead units: A1 2 of 128, A2 7 of 64 (...)"
std::string idle_units(const History& history) {
  std::string text;
  if (history.empty()) return text;
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
      text += fmt::format("{} units: {} ({})\n", what, fmt::join(lines, ", "), why);
  }
  return text;
}

std::string expectations(const End& end, const Style& style) {
  std::string text;
  for (const Trainer::Verdict& verdict : end.verdicts) {
    const bool fails = verdict.judged && !verdict.holds;
    text += fails ? coloured(verdict.text, 160, style) : verdict.text;
    text += "\n";
  }
  return text.empty() ? text : "\n" + text;
}

// "test accuracy 98.02 %   macro F1 ..."
std::string summary(const End& end, const Style& style) {
  if (end.parts.empty()) return "";
  const auto& [part, metrics] = end.parts.back();
  return name_of(part) + " " + metrics_line(metrics, style) + "\n";
}

void show_report(const Trainer& trainer, const Program& program, const Model& model, const End& end,
                 const TrainFlags& flags) {
  const Style style = flags.output.style();
  std::string text = ending(trainer, end) + idle_units(trainer.history());
  if (!flags.no_report) {
    const std::string drawn = curves(trainer.history(), style);
    if (!drawn.empty()) text += "\n" + drawn;
  }
  if (!end.parts.empty()) {
    const auto& [part, metrics] = end.parts.back();
    if (flags.no_report) {
      text += "\n" + summary(end, style);
    } else {
      ModelReport report{program, model, name_of(part), metrics, {}, part_samples(program, part)};
      if (metrics.task != Task::numbers)
        report.predicted = predicted_classes(program, trainer.predict(part));
      text += to_text(report, style);
    }
  }
  print(text + expectations(end, style));
}

void plot(const Trainer& trainer, const Program& program, const Model& model, const End& end,
          const std::string& folder) {
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

void resume(Trainer& trainer, const TrainFlags& flags) {
  trainer.resume(load_checkpoint(flags.resume));
  if (trainer.done())
    remark(fmt::format("{}: all epochs are done; --epochs with more goes on", flags.resume));
}

void show_trace(const Trainer& trainer, const TrainOutput& output) {
  if (output.json()) {
    print(json_text(Json{{"event", "trace"}, {"text", trainer.trace()}}) + "\n");
  } else {
    print("\n" + trainer.trace() + "\n");
  }
}

int report_training(Trainer& trainer, const Program& program, TrainOutput& output,
                    const TrainFlags& flags, bool finite) {
  const End end = end_of(trainer, finite);
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
    show_report(trainer, program, model, end, flags);
  }
  if (!flags.plot.empty()) attempt([&] { plot(trainer, program, model, end, flags.plot); });
  if (failed) throw *failed;
  if (!finite) return 1;
  if (end.interrupted || end.expectations_hold()) return 0;
  if (output.json() || output.quiet()) remark(expectations(end, {}));
  return 1;
}

}  // namespace tracer::cli
