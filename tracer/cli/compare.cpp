// tracer compare: saved models on the same samples, and whether one is better than another.
#include <algorithm>
#include <filesystem>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tracer/cli/commands.hpp"
#include "tracer/cli/output.hpp"
#include "tracer/cli/sample_data.hpp"
#include "tracer/error.hpp"
#include "tracer/json_text.hpp"
#include "tracer/language/decision.hpp"
#include "tracer/language/settings.hpp"
#include "tracer/number/threads.hpp"
#include "tracer/render/comparison_page.hpp"
#include "tracer/text/cells.hpp"
#include "tracer/train/evaluate.hpp"
#include "tracer/view/gnuplot.hpp"

namespace tracer::cli {
namespace {

struct CompareFlags {
  std::vector<std::string> models;
  SampleChoice choice;
  std::string plot;
  Output output;
  int threads = 2;
};

// A model's file; of a run of a sweep, or of a sweep, the folder.
std::string file_of_run(const std::string& run) {
  namespace fs = std::filesystem;
  std::error_code none;
  if (!fs::is_directory(run, none)) return run;
  for (const char* name : {"model.safetensors", "best.safetensors"}) {
    if (fs::exists(fs::path(run) / name, none)) return (fs::path(run) / name).string();
  }
  throw Error(fmt::format("{}: there is no model in this folder", run));
}

// circles-a.safetensors is circles-a; of a folder's model the folder.
std::string name_of_run(const std::string& run) {
  std::filesystem::path path(run);
  if (path.filename().empty()) path = path.parent_path();
  return path.stem().string();
}

// The lesson without its seed and its comments, which tell of one.
std::string setting_of(const std::string& lesson) {
  std::string setting;
  for (std::string line : lines_of(with_training({"", lesson}, {{"seed", "0"}}).text())) {
    bool quoted = false;
    for (std::size_t at = 0; at < line.size(); ++at) {
      if (line[at] == '"') quoted = !quoted;
      if (line[at] == '#' && !quoted) line.resize(at);
    }
    line = trimmed(line);
    if (!line.empty()) setting += line + "\n";
  }
  return setting;
}

struct Judged {
  ComparedModel model;
  std::vector<int> truth;
  std::string part;
};

Judged judged(const CompareFlags& flags, const std::string& run) {
  const auto saved = saved_model(file_of_run(run));
  const AskedSamples asked = asked_samples(*saved, flags.choice);
  Judged made;
  made.part = asked.name;
  if (asked.part.samples->names.size() < 2)
    throw Error(fmt::format("{}: there are no targets to judge {} by", made.part, run));
  Evaluation evaluation = evaluate(saved->program, saved->model, asked.part);
  made.truth = asked.part.labels(evaluation.metrics.task);
  made.model = {name_of_run(run), saved->model.history, std::move(evaluation.metrics),
                std::move(evaluation.predicted), setting_of(saved->model.lesson)};
  return made;
}

void require_same_samples(const Judged& first, const Judged& other, const CompareFlags& flags) {
  if (first.part == other.part && first.truth == other.truth &&
      first.model.metrics.count == other.model.metrics.count)
    return;
  const bool as_many = first.model.metrics.count == other.model.metrics.count;
  throw Error(fmt::format(
      "{} and {} are judged by different samples ({} {} and {} {}{}); --data FILE names some for "
      "both",
      flags.models.front(), other.model.name, first.model.metrics.count, first.part,
      other.model.metrics.count, other.part, as_many ? ", with other targets" : ""));
}

// A name for each setting: what stands in the one line by which they differ, "lr=0.1", as far as that
// is not the same in all.
void name_settings(std::vector<ComparedModel>& models) {
  std::vector<std::vector<std::string>> texts;
  for (const ComparedModel& one : models) texts.push_back(lines_of(one.setting));
  std::size_t differing = 0;
  std::size_t at = 0;
  for (const auto& text : texts)
    if (text.size() != texts.front().size()) return;
  for (std::size_t line = 0; line < texts.front().size(); ++line) {
    if (std::ranges::all_of(texts, [&](const auto& text) { return text[line] == texts[0][line]; }))
      continue;
    ++differing;
    at = line;
  }
  if (differing != 1) return;
  const std::string& first = texts.front()[at];
  std::size_t before = first.size();
  std::size_t behind = first.size();
  for (const auto& text : texts) {
    const std::string& other = text[at];
    const auto same =
        std::mismatch(first.begin(), first.end(), other.begin(), other.end()).first - first.begin();
    before = std::min(before, static_cast<std::size_t>(same));
    const auto back = std::mismatch(first.rbegin(), first.rend(), other.rbegin(), other.rend());
    behind = std::min(behind, static_cast<std::size_t>(back.first - first.rbegin()));
  }
  // whole words: from lr=0.|1| to lr=0.1
  const auto ends_word = [](char c) { return c == ' ' || c == ',' || c == '(' || c == ')'; };
  while (before > 0 && !ends_word(first[before - 1])) --before;
  while (behind > 0 && !ends_word(first[first.size() - behind])) --behind;
  for (std::size_t k = 0; k < models.size(); ++k) {
    const std::string& line = texts[k][at];
    if (line.size() > before + behind)
      models[k].setting_name = line.substr(before, line.size() - before - behind);
  }
}

std::string comparison_json(const std::vector<ComparedModel>& models, const std::vector<int>& truth,
                            const std::string& part) {
  nlohmann::ordered_json json{{"schema", 1}, {"on", part}};
  json["samples"] = models.front().metrics.count;
  json["models"] = nlohmann::ordered_json::array();
  for (const ComparedModel& one : models) {
    nlohmann::ordered_json model{{"name", one.name}, {"loss", one.metrics.loss}};
    if (truth.empty()) {
      if (one.metrics.r2) model["r2"] = *one.metrics.r2;
    } else {
      model["accuracy"] = one.metrics.accuracy();
      model["f1"] = one.metrics.macro().f1;
      if (&one != &models.front()) {
        const Against made = against(truth, models.front().predicted, one.predicted);
        model["right_alone"] = made.other_alone;
        model["first_alone"] = made.first_alone;
        model["p"] = made.p;
      }
    }
    json["models"].push_back(std::move(model));
  }
  return json_text(json, 2) + "\n";
}

int run(const CompareFlags& flags) {
  set_threads(flags.threads);
  if (flags.models.size() < 2)
    throw Error("compare wants two models or more: tracer compare a.safetensors b.safetensors");
  if (!flags.plot.empty()) require_gnuplot();
  std::vector<ComparedModel> models;
  std::optional<Judged> first;
  for (const std::string& name : flags.models) {
    Judged made = judged(flags, name);
    if (first) require_same_samples(*first, made, flags);
    models.push_back(made.model);
    if (!first) first = std::move(made);
  }
  // models of one name, in several folders, are called by their paths
  std::vector<std::string> names;
  for (std::size_t k = 0; k < models.size(); ++k) {
    const bool alone = std::ranges::count(models, models[k].name, &ComparedModel::name) == 1;
    names.push_back(alone ? models[k].name : flags.models[k]);
  }
  for (std::size_t k = 0; k < models.size(); ++k) models[k].name = names[k];
  name_settings(models);
  if (flags.output.chosen() == "json") {
    flags.output.write(comparison_json(models, first->truth, first->part));
  } else {
    flags.output.write(page_of(models, first->truth, first->part));
  }
  if (!flags.plot.empty()) {
    std::vector<PlotRun> runs;
    for (const ComparedModel& one : models) runs.push_back({one.name, one.history});
    remark_written(Plots(flags.plot).curves(runs));
  }
  return 0;
}

}  // namespace

Command compare_command() {
  const auto flags = std::make_shared<CompareFlags>();
  CompareFlags& to = *flags;
  Flags table{{"MODEL", &to.models, "files that tracer train --save wrote, or folders of a sweep"}};
  table += choice_flags(to.choice);
  table += {{"--plot", &to.plot, "a folder: the curves by gnuplot, SVG and PNG", Anything{"FILE"}},
            page_format_flag(to.output, {"json"}),
            output_flag(to.output),
            width_flag(to.output),
            threads_flag(to.threads),
            colour_flag(to.output)};
  return {"compare", "saved models on the same samples: their curves, and which is better",
          "Examples:\n"
          "  tracer compare relu.safetensors tanh.safetensors\n"
          "  tracer compare sweep-mnist/runs/*  --plot curves      (each run of a sweep)\n"
          "Differences are to the first: how many samples each alone has right, with McNemar's "
          "exact test.",
          std::move(table), [flags] { return run(*flags); }};
}

}  // namespace tracer::cli
