#include "tracer/render/sweep_report.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tracer/render/run_curves.hpp"
#include "tracer/render/sweep_page.hpp"
#include "tracer/text/cells.hpp"
#include "tracer/train/part_samples.hpp"
#include "tracer/view/chart_svg.hpp"
#include "tracer/view/heat_map_svg.hpp"
#include "tracer/view/scatter_svg.hpp"

namespace tracer {
namespace {

Block picture(std::string svg) {
  return {Drawing{{}, [svg = std::move(svg)] { return svg; }}, true, 0, Shown::in_browser};
}
Block part_heading(std::string text) { return {PageHeading{2, std::move(text)}}; }

// Accuracy and F1 in per cent, as the table has them.
double scale_of(const SweepPlan& plan) { return is_of_classes(plan.score.kind) ? 100 : 1; }
std::string score_heading(const SweepPlan& plan) {
  return name_of(plan.score.kind) + (is_of_classes(plan.score.kind) ? ", %" : "");
}

const std::string& value_of_option(const SweepPlan& plan, int setting, std::size_t option) {
  return plan.candidates[static_cast<std::size_t>(setting)][option];
}

// The scores of those settings that have `value` (empty: all) under `third`.
struct HeatOptions {
  std::size_t down = 0, across = 0;
  std::optional<std::size_t> third = {};
  std::string value = {};
};
HeatMap heat_map_of(const SweepPlan& plan, const SweepSummary& summary, const HeatOptions& of) {
  HeatMap map{.row_name = plan.options[of.down].name, .column_name = plan.options[of.across].name};
  map.rows = plan.options[of.down].values;
  map.columns = plan.options[of.across].values;
  map.title = score_heading(plan);
  if (of.third) map.title += fmt::format(", {}={}", plan.options[*of.third].name, of.value);
  map.cells.assign(map.rows.size(), std::vector<HeatCell>(map.columns.size()));
  double worst = std::numeric_limits<double>::infinity();
  double best = -worst;
  for (const SettingRow& row : summary.rows) {
    if (std::isnan(row.mean)) continue;
    const double good = plan.score.larger_is_better() ? row.mean : -row.mean;
    worst = std::min(worst, good);
    best = std::max(best, good);
  }
  for (const SettingRow& row : summary.rows) {
    if (of.third && value_of_option(plan, row.setting, *of.third) != of.value) continue;
    const auto at = [&](const std::vector<std::string>& values, std::size_t option) {
      return static_cast<std::size_t>(
          std::ranges::find(values, value_of_option(plan, row.setting, option)) - values.begin());
    };
    HeatCell& cell = map.cells.at(at(map.rows, of.down)).at(at(map.columns, of.across));
    if (row.failed > 0 || std::isnan(row.mean)) {
      cell = {.strength = 0.3, .bad = true, .text = "failed"};
      continue;
    }
    const double good = plan.score.larger_is_better() ? row.mean : -row.mean;
    // a little shade for the worst, or it looks as if it were missing
    cell.strength = best > worst ? 0.05 + 0.95 * (good - worst) / (best - worst) : 0.5;
    cell.text = trimmed(score_text(plan.score.kind, row.mean));
    if (row.setting == summary.best) cell.text += " *";
  }
  return map;
}

std::string heat_maps(const SweepPlan& plan, const SweepSummary& summary) {
  std::vector<std::size_t> options = summary.varying;
  if (options.size() == 2)
    return heat_map_svg(heat_map_of(plan, summary, {options[0], options[1]}));
  if (options.size() != 3) return "";
  const auto fewest = std::ranges::min_element(
      options, {}, [&](std::size_t option) { return plan.options[option].values.size(); });
  const std::size_t third = *fewest;
  options.erase(fewest);
  std::string drawn;
  for (const std::string& value : plan.options[third].values)
    drawn += heat_map_svg(heat_map_of(plan, summary, {options[0], options[1], third, value}));
  return drawn;
}

constexpr std::size_t most_lines = 8;       // more colours are not told apart
constexpr std::size_t most_settings = 200;  // more lines are a grey field

// The seeds, and of a cross-validation the folds: "3/1" is the first fold of seed 3.
struct Repeat {
  unsigned seed = 0;
  int fold = 0;
  bool operator==(const Repeat&) const = default;
  std::string name() const {
    return fold > 0 ? fmt::format("{}/{}", seed, fold) : std::to_string(seed);
  }
};
std::vector<Repeat> repeats_of(const SweepPlan& plan) {
  std::vector<Repeat> repeats;
  for (const PlannedRun& run : plan.runs) {
    const Repeat repeat{run.seed, run.fold};
    if (std::ranges::find(repeats, repeat) == repeats.end()) repeats.push_back(repeat);
  }
  return repeats;
}

// NaN: that run has failed, or is missing.
double score_of_run(const SweepPlan& plan, const Results& results, int setting,
                    const Repeat& repeat) {
  for (const PlannedRun& run : plan.runs) {
    if (!plan.is_run_of(run, setting) || Repeat{run.seed, run.fold} != repeat) continue;
    const auto found = results.find(run.key);
    if (found != results.end() && found->second.is_done()) return found->second.score;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

// A row for each setting; empty where there are too many seeds for the columns of a page.
TableBlock seed_table(const SweepPlan& plan, const SweepSummary& summary, const Results& results) {
  constexpr std::size_t most = 10;
  TableBlock table{{{"rank", true}}, {}};
  const std::vector<Repeat> repeats = repeats_of(plan);
  if (repeats.size() < 2 || repeats.size() > most) return table;
  for (const std::size_t option : summary.varying)
    table.columns.push_back({plan.options[option].name});
  for (const Repeat& repeat : repeats)
    table.columns.push_back({(repeat.fold > 0 ? "fold " : "seed ") + repeat.name(), true});
  for (const SettingRow& row : summary.rows) {
    std::vector<TableCell> cells{row.rank > 0 ? std::to_string(row.rank) : "–"};
    for (const std::size_t option : summary.varying)
      cells.emplace_back(value_of_option(plan, row.setting, option));
    for (const Repeat& repeat : repeats) {
      const double score = score_of_run(plan, results, row.setting, repeat);
      cells.emplace_back(std::isnan(score) ? "failed" : score_text(plan.score.kind, score));
    }
    table.rows.push_back(std::move(cells));
  }
  return table;
}

// A line for each setting over seeds and folds: where lines don't cross, the seeds agree.
std::string seed_lines(const SweepPlan& plan, const SweepSummary& summary, const Results& results) {
  Chart chart{.title = score_heading(plan) + ", by " + (plan.folds > 0 ? "seed and fold" : "seed")};
  const std::vector<Repeat> repeats = repeats_of(plan);
  constexpr std::size_t most = 40;
  if (repeats.size() < 2 || repeats.size() > most) return "";
  for (const Repeat& repeat : repeats) chart.x_names.push_back(repeat.name());
  for (std::size_t k = 0; k < std::min(summary.rows.size(), most_settings); ++k) {
    const int setting = summary.rows[k].setting;
    ChartLine line{.which = k, .kind = ChartLine::Kind::dots, .grey = k >= most_lines};
    if (!line.grey) line.name = plan.name_of_setting(setting);
    for (std::size_t at = 0; at < repeats.size(); ++at) {
      line.x.push_back(static_cast<double>(at));
      line.y.push_back(score_of_run(plan, results, setting, repeats[at]) * scale_of(plan));
    }
    chart.lines.push_back(std::move(line));
  }
  std::ranges::reverse(chart.lines);  // the best on top
  chart.width = 620;
  return chart_svg(chart);
}

std::vector<RunGroup> groups_of_settings(const SweepPlan& plan, const SweepSummary& summary,
                                         const Histories& histories) {
  std::vector<RunGroup> groups;
  for (const SettingRow& row : summary.rows) {
    RunGroup group{plan.name_of_setting(row.setting), {}};
    for (const PlannedRun& run : plan.runs) {
      if (!plan.is_run_of(run, row.setting)) continue;
      const auto found = histories.find(run.key);
      if (found != histories.end() && !found->second.empty()) group.runs.push_back(&found->second);
    }
    if (!group.runs.empty()) groups.push_back(std::move(group));
  }
  return groups;
}

std::string beyond_text(std::size_t settings) {
  if (settings <= most_lines) return "";
  return fmt::format("The best {} of {} settings have colours; the others are grey.", most_lines,
                     settings);
}

}  // namespace

Document pictures_of_sweep(const SweepPlan& plan, const SweepSummary& summary,
                           const Results& results, const Histories& histories) {
  Document page;
  if (std::string maps = heat_maps(plan, summary); !maps.empty()) {
    page.push_back(part_heading("Scores by option"));
    page.push_back(picture(std::move(maps)));
    page.push_back({Paragraph{{"* the best; the shades go from the worst setting to the best"}}});
  }
  const std::string beyond = beyond_text(summary.rows.size());
  if (std::string lines = seed_lines(plan, summary, results); !lines.empty()) {
    page.push_back(part_heading("The settings, run by run"));
    page.push_back(
        {Paragraph{{"Every setting had the same seeds: where two lines don't cross, one of "
                    "them was better each time. " +
                    beyond}}});
    page.push_back(picture(std::move(lines)));
  }
  const std::vector<RunGroup> groups = groups_of_settings(plan, summary, histories);
  if (Document curves = run_curves(groups); !curves.empty()) {
    page.push_back(part_heading("Curves of all runs"));
    if (!beyond.empty()) page.push_back({Paragraph{{beyond}}});
    page += std::move(curves);
  }
  page = shown_in(Shown::in_browser, std::move(page));
  if (TableBlock table = seed_table(plan, summary, results); !table.rows.empty()) {
    Document scores{part_heading(score_heading(plan) + " of every run"), {std::move(table)}};
    page += shown_in(Shown::in_files, std::move(scores));
  }
  return page;
}

Document best_model_of_sweep(const std::string& which, const ModelReport& report) {
  Document page{part_heading("The model of " + which)};
  for (Block& block : page_of(report)) {
    if (auto* heading = std::get_if<PageHeading>(&block.what)) heading->level = 3;
    if (block.shown == Shown::everywhere) block.shown = Shown::in_files;
    page.push_back(std::move(block));
  }
  page.front().shown = Shown::in_files;
  return page;
}

Document boundaries_of_sweep(const SweepPlan& plan, const SweepSummary& summary,
                             const std::function<const ModelReport*(int setting)>& model_of) {
  constexpr std::size_t most = 36;
  if (summary.rows.size() < 2 || summary.rows.size() > most) return {};
  std::string drawn;
  for (const SettingRow& row : summary.rows) {
    const ModelReport* const report = model_of(row.setting);
    if (report == nullptr) continue;
    if (!has_boundary(*report)) return {};
    const Plane plane = plane_of(*report);
    const std::string name = plan.name_of_setting(row.setting);
    constexpr int columns = 29;  // of letters above such a picture
    std::vector<std::string> caption = wrap_words(name, columns);
    caption.push_back(trimmed(score_text(plan.score.kind, row.mean)));
    drawn += small_boundary_svg(plane.set, plane.predict, plane.says, "decision boundary, " + name,
                                caption);
  }
  if (drawn.empty()) return {};
  Document page{part_heading("Decision boundaries"),
                {Paragraph{{"Of each setting the network of the first seed, in the order of the "
                            "table; the number is the setting's mean."}}},
                picture(std::move(drawn))};
  return shown_in(Shown::in_browser, std::move(page));
}

Document settings_of_sweep(const SweepPlan& plan) {
  Document page{part_heading("What was run, and what repeats it")};
  TableBlock table{{{"what"}, {"value"}}, {}};
  for (const SweepOption& option : plan.options)
    table.rows.push_back({option.name, fmt::format("{}", fmt::join(option.values, ", "))});
  table.rows.push_back({"seeds", fmt::format("{}", fmt::join(plan.seeds, ", "))});
  if (plan.folds > 0) table.rows.push_back({"folds", std::to_string(plan.folds)});
  table.rows.push_back(
      {"scored by", fmt::format("{} on {} samples ({})", name_of(plan.score.kind),
                                plan.folds > 0 ? "the held-out" : name_of(plan.score.part),
                                grouped(plan.judged))});
  table.rows.push_back({"trained on", grouped(plan.trained) + " samples"});
  table.rows.push_back({"numbers", plan.dtype == Dtype::float32 ? "float32" : "float64"});
  table.rows.push_back({"threads of a run", std::to_string(plan.threads)});
  if (!plan.mistake.empty()) table.rows.push_back({"mistake planted", plan.mistake});
  table.rows.push_back({"data, SHA-256", plan.data_hash});
  table.rows.push_back({"program", "tracer " + plan.version});
  page.push_back({std::move(table)});
  page.push_back({Listing{fmt::format("The lesson, {}", plan.name), plan.lesson}});
  return shown_in(Shown::in_files, std::move(page));
}

}  // namespace tracer
