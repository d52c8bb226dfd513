#include "tracer/render/sweep_page.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tracer/json_text.hpp"
#include "tracer/sweep/rungs.hpp"
#include "tracer/text/cells.hpp"
#include "tracer/train/part_samples.hpp"

namespace tracer {
namespace {

std::string number_text(Score::Kind kind, double value) {
  if (std::isnan(value)) return "";
  if (is_of_classes(kind)) return fmt::format("{:.2f}", 100 * value);
  return fmt::format("{:.4g}", value);
}

std::string interval_text(Score::Kind kind, const std::optional<ConfidenceInterval>& interval) {
  if (!interval) return "";
  return fmt::format("{} … {}", number_text(kind, interval->low),
                     number_text(kind, interval->high));
}

// A sign before every number: it is a difference.
std::string difference_text(Score::Kind kind, double value) {
  const std::string text = number_text(kind, value);
  if (text.empty() || value == 0) return text.empty() ? text : "0";
  return value > 0 ? "+" + text : "−" + text.substr(1);
}

std::string words_of(const SettingRow& row) {
  switch (row.verdict) {
    case Verdict::best:
      return "best";
    case Verdict::alike:
      return "unclear";
    case Verdict::worse:
      return "worse";
    case Verdict::better:
      return "better";
    case Verdict::baseline:
      return "baseline";
    case Verdict::untold:
      return row.missing > 0 ? "not all run" : "one run";
    case Verdict::failed:
      break;
  }
  return row.done > 0 ? fmt::format("{} of {} failed", row.failed, row.failed + row.done)
                      : "failed";
}

// "Of 3 settings one goes on to the next rung: 27 for 3 epochs, 9 for 10, 3 for 30"
std::string halving_text(const SweepPlan& plan) {
  std::string text = fmt::format("Of {} settings one goes on to the next rung:", plan.halving);
  const std::vector<int> sizes = rung_sizes(plan);
  for (int rung = 0; rung < plan.rung_count; ++rung) {
    int least = resources_of(plan, 0, rung);
    int most = least;
    for (int setting = 0; std::cmp_less(setting, plan.candidates.size()); ++setting) {
      least = std::min(least, resources_of(plan, setting, rung));
      most = std::max(most, resources_of(plan, setting, rung));
    }
    text +=
        fmt::format("{} {} for {}{}", rung == 0 ? "" : ",", sizes[static_cast<std::size_t>(rung)],
                    least == most ? std::to_string(most) : fmt::format("{} to {}", least, most),
                    rung > 0    ? ""
                    : most == 1 ? " epoch"
                                : " epochs");
  }
  if (std::cmp_less(sizes.front(), plan.candidates.size()))
    text += "; settings that come to the same lesson count once";
  return text;
}

int colour_of(Verdict verdict) {
  constexpr int good = 35, bad = 166;
  if (verdict == Verdict::best || verdict == Verdict::better) return good;
  return verdict == Verdict::worse || verdict == Verdict::failed ? bad : -1;
}

Block paragraph(std::string text, bool apart = true) {
  return {Paragraph{{std::move(text)}}, apart};
}

std::string heading_of(const SweepPlan& plan) { return fmt::format("Sweep of {}", plan.name); }

std::string score_name(const SweepPlan& plan) {
  return is_of_classes(plan.score.kind) ? name_of(plan.score.kind) + " %"
                                        : name_of(plan.score.kind);
}

std::string scored_on(const SweepPlan& plan) {
  const std::string what = name_of(plan.score.kind);
  if (plan.folds > 0) {
    return fmt::format("Scored by {} on the fold that is held out ({} of {} samples)", what,
                       grouped(plan.judged), grouped(plan.judged + plan.trained));
  }
  return fmt::format("Scored by {} on {} {} samples; {} to train on", what, grouped(plan.judged),
                     name_of(plan.score.part), grouped(plan.trained));
}

TableBlock table_of(const SweepPlan& plan, const SweepSummary& summary) {
  const Score::Kind kind = plan.score.kind;
  TableBlock table;
  table.columns.push_back({"rank", true});
  for (const std::size_t option : summary.varying)
    table.columns.push_back({plan.options[option].name});
  const bool from_baseline = summary.reference != summary.best;
  if (plan.is_halved()) table.columns.push_back({"epochs", true});  // how far it went
  table.columns.push_back({score_name(plan), true});
  table.columns.push_back({"95 % interval", true});
  table.columns.push_back({"verdict"});
  table.columns.push_back({from_baseline ? "to baseline" : "to the best", true});
  table.columns.push_back({"its interval", true});
  const auto repeats = plan.seeds.size() * static_cast<std::size_t>(std::max(plan.folds, 1));
  const bool uneven = std::ranges::any_of(
      summary.rows, [&](const SettingRow& row) { return std::cmp_not_equal(row.done, repeats); });
  const auto differs = [&](auto of) {
    return std::ranges::any_of(
        summary.rows, [&](const SettingRow& row) { return of(row) != of(summary.rows.front()); });
  };
  const bool epochs =
      !plan.is_halved() && differs([](const SettingRow& row) { return row.epochs; });
  // the layers say it already, and room is scarce beside them
  const bool parameters =
      std::ranges::find(plan.options, "layers", &SweepOption::name) == plan.options.end() &&
      differs([](const SettingRow& row) { return row.parameters; });
  if (uneven) table.columns.push_back({"runs", true});
  if (epochs) table.columns.push_back({"epochs", true});
  if (parameters) table.columns.push_back({"parameters", true});
  for (const SettingRow& row : summary.rows) {
    std::vector<TableCell> cells{row.rank > 0 ? std::to_string(row.rank) : "–"};
    for (const std::size_t option : summary.varying)
      cells.emplace_back(plan.candidates[static_cast<std::size_t>(row.setting)][option]);
    if (plan.is_halved()) {
      cells.emplace_back(fmt::format("{}/{}", resources_of(plan, row.setting, row.rung),
                                     resources_of(plan, row.setting, plan.rung_count - 1)));
    }
    cells.emplace_back(number_text(kind, row.mean));
    cells.emplace_back(interval_text(kind, row.interval));
    cells.emplace_back(words_of(row), colour_of(row.verdict));
    const bool is_reference = row.setting == summary.reference;
    cells.emplace_back(is_reference ? "" : difference_text(kind, row.difference));
    cells.emplace_back(row.difference_interval
                           ? fmt::format("{} … {}",
                                         difference_text(kind, row.difference_interval->low),
                                         difference_text(kind, row.difference_interval->high))
                           : "");
    if (uneven) cells.emplace_back(fmt::format("{}/{}", row.done, repeats));
    if (epochs) cells.emplace_back(fmt::format("{:.4g}", row.epochs));
    if (parameters) cells.emplace_back(grouped(row.parameters));
    table.rows.push_back(std::move(cells));
  }
  return table;
}

std::string winner_text(const SweepPlan& plan, const WinnerOnTest& winner) {
  const Score::Kind kind = plan.score.kind;
  const std::string score =
      fmt::format("{} {}", name_of(kind), score_text(kind, mean_of(winner.scores)));
  const std::string interval =
      winner.interval ? fmt::format(" ({})", interval_text(kind, winner.interval)) : "";
  const std::string name = plan.name_of_setting(winner.setting);
  const std::string samples = grouped(winner.metrics.count);
  if (winner.refitted) {
    return fmt::format(
        "On the test data, which took no part in this: {}, trained anew on all folds, "
        "has {}{} on {} samples.",
        name, score, interval, samples);
  }
  return fmt::format("On the test data, which took no part in this: {} has {}{} on {} samples, {}.",
                     name, score, interval, samples,
                     winner.scores.size() == 1
                         ? std::string("with one seed")
                         : fmt::format("the mean of its {} models", winner.scores.size()));
}

// "lr is left out with optimizer=lbfgs": of each option, in how many settings.
std::vector<std::string> left_out_texts(const SweepPlan& plan) {
  std::vector<std::string> texts;
  for (const SweepOption& option : plan.options) {
    std::size_t count = 0;
    std::size_t first = 0;
    for (std::size_t k = 0; k < plan.left_out.size(); ++k) {
      if (std::ranges::find(plan.left_out[k], option.name) == plan.left_out[k].end()) continue;
      if (count++ == 0) first = k;
    }
    if (count == 0) continue;
    texts.push_back(fmt::format("{} is left out in {} {}, whose optimizer does not take it ({})",
                                option.name, count, count == 1 ? "setting" : "settings",
                                plan.name_of_setting(static_cast<int>(first))));
  }
  return texts;
}

// What was asked for in scikit-learn's words, and is not quite the same here.
void add_differences(const SweepPlan& plan, Document& page) {
  if (plan.differences.empty()) return;
  page.push_back(paragraph("In this it is not as in scikit-learn:"));
  page.push_back({Bullets{plan.differences, true}});
}

}  // namespace

std::string score_text(Score::Kind kind, double value) {
  return number_text(kind, value) + (is_of_classes(kind) && !std::isnan(value) ? " %" : "");
}

Document page_of(const SweepPlan& plan, const SweepSummary& summary,
                 const std::optional<WinnerOnTest>& winner) {
  Document page;
  page.push_back({PageHeading{1, heading_of(plan)}});
  page.push_back(paragraph(scored_on(plan) + "."));
  if (plan.is_halved()) page.push_back(paragraph(halving_text(plan) + "."));
  page.push_back({table_of(plan, summary)});
  page.push_back(paragraph(summary.honesty + "."));
  std::vector<std::string> said = summary.unchanged;
  for (std::string& text : left_out_texts(plan)) said.push_back(std::move(text));
  said.insert(said.end(), summary.warnings.begin(), summary.warnings.end());
  for (const SettingRow& row : summary.rows) {
    if (!row.why.empty())
      said.push_back(fmt::format("{} failed: {}", plan.name_of_setting(row.setting), row.why));
  }
  if (!said.empty()) page.push_back({Bullets{said, true}});
  if (winner) page.push_back(paragraph(winner_text(plan, *winner)));
  if (!plan.mistake.empty())
    page.push_back(
        paragraph(fmt::format("Trained with a wrong gradient: --mistake {}.", plan.mistake)));
  add_differences(plan, page);
  for (const std::string& note : plan.notes) page.push_back(paragraph(note));
  return page;
}

Document page_of(const SweepPlan& plan) {
  Document page;
  page.push_back({PageHeading{1, heading_of(plan)}});
  page.push_back(paragraph(scored_on(plan) + "."));
  if (plan.is_halved()) page.push_back(paragraph(halving_text(plan) + "."));
  TableBlock table;
  table.columns.push_back({"", true});
  for (const SweepOption& option : plan.options) table.columns.push_back({option.name});
  constexpr std::size_t most = 40;
  for (std::size_t k = 0; k < std::min(plan.candidates.size(), most); ++k) {
    std::vector<TableCell> cells{std::to_string(k + 1)};
    for (const std::string& value : plan.candidates[k]) cells.emplace_back(value);
    table.rows.push_back(std::move(cells));
  }
  page.push_back({std::move(table)});
  if (plan.candidates.size() > most)
    page.push_back(paragraph(fmt::format("and {} more", plan.candidates.size() - most), false));
  page.push_back(paragraph(
      fmt::format("{}: {} runs{}, {} of them different.", plan.size_text(), plan.runs.size(),
                  plan.is_halved() ? " in the first rung" : "", plan.trainings().size())));
  if (const auto texts = left_out_texts(plan); !texts.empty())
    page.push_back({Bullets{texts, true}});
  add_differences(plan, page);
  return page;
}

std::string sweep_json(const SweepPlan& plan, const SweepSummary& summary,
                       const std::optional<WinnerOnTest>& winner) {
  using Json = nlohmann::ordered_json;
  const auto pair = [](const std::optional<ConfidenceInterval>& interval) {
    return interval ? Json{interval->low, interval->high} : Json();
  };
  Json json{{"schema", 1}, {"lesson", plan.name}};
  json["score"] = name_of(plan.score.kind);
  json["scored_on"] = key_of(plan.score.part);
  json["judged"] = plan.judged;
  json["trained"] = plan.trained;
  json["seeds"] = plan.seeds;
  json["folds"] = plan.folds;
  if (plan.is_halved()) json["rungs"] = rung_sizes(plan);
  json["settings"] = Json::array();
  for (const SettingRow& row : summary.rows) {
    Json one;
    one["rank"] = row.rank > 0 ? Json(row.rank) : Json();
    one["options"] = Json::object();
    for (std::size_t option = 0; option < plan.options.size(); ++option) {
      const std::string& value = plan.candidates[static_cast<std::size_t>(row.setting)][option];
      if (value != not_said) one["options"][plan.options[option].name] = value;
    }
    one["scores"] = row.scores;
    one["mean"] = row.mean;
    one["interval"] = pair(row.interval);
    one["difference"] = row.difference;
    one["difference_interval"] = pair(row.difference_interval);
    one["verdict"] = words_of(row);
    if (plan.is_halved()) one["rung"] = row.rung + 1;
    one["failed"] = row.failed;
    one["missing"] = row.missing;
    if (!row.why.empty()) one["why"] = row.why;
    one["epochs"] = row.epochs;
    one["parameters"] = row.parameters;
    json["settings"].push_back(std::move(one));
  }
  json["honesty"] = summary.honesty;
  json["unchanged"] = summary.unchanged;
  json["warnings"] = summary.warnings;
  if (!plan.differences.empty()) json["differences"] = plan.differences;
  if (winner) {
    json["test"] = Json{{"setting", plan.name_of_setting(winner->setting)},
                        {"refitted", winner->refitted},
                        {"scores", winner->scores},
                        {"interval", pair(winner->interval)},
                        {"samples", winner->metrics.count}};
  }
  return json_text(json, 2) + "\n";
}

}  // namespace tracer
