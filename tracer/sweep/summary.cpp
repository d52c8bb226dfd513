#include "tracer/sweep/summary.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tracer/error.hpp"
#include "tracer/sweep/rungs.hpp"
#include "tracer/text/number_text.hpp"
#include "tracer/text/plain.hpp"

namespace tracer {
namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

// The results as a table: a row for each setting, a column for each seed and fold; of a halving one
// for each rung. A setting's own are those of the last rung that it is in.
class Grid {
 public:
  Grid(const SweepPlan& plan, const Results& results)
      : plan_(plan),
        columns_(plan.seeds.size() * static_cast<std::size_t>(std::max(plan.folds, 1))) {
    const std::size_t settings = plan.candidates.size();
    cells_.resize(plan.rungs.size(), std::vector<const RunResult*>(settings * columns_));
    std::vector<std::vector<std::size_t>> next(plan.rungs.size(),
                                               std::vector<std::size_t>(settings));
    for (const PlannedRun& run : plan.runs) {
      const auto rung = static_cast<std::size_t>(run.rung);
      const auto row = static_cast<std::size_t>(run.setting);
      const auto found = results.find(run.key);
      cells_[rung][row * columns_ + next[rung][row]++] =
          found == results.end() ? nullptr : &found->second;
    }
    for (std::size_t k = 0; k < settings; ++k)
      last_rung_.push_back(static_cast<std::size_t>(plan.rung_of(static_cast<int>(k))));
  }

  std::size_t columns() const { return columns_; }
  std::size_t rung_of(std::size_t setting) const { return last_rung_[setting]; }
  const RunResult* at(std::size_t setting, std::size_t column) const {
    return at(setting, column, rung_of(setting));
  }
  const RunResult* at(std::size_t setting, std::size_t column, std::size_t rung) const {
    return cells_[rung][setting * columns_ + column];
  }
  bool is_done(std::size_t setting, std::size_t column) const {
    return is_done(setting, column, rung_of(setting));
  }
  bool is_done(std::size_t setting, std::size_t column, std::size_t rung) const {
    const RunResult* result = at(setting, column, rung);
    return result != nullptr && result->is_done();
  }
  bool is_whole(std::size_t setting, std::size_t rung) const {
    for (std::size_t column = 0; column < columns_; ++column) {
      if (!is_done(setting, column, rung)) return false;
    }
    return true;
  }
  // Of the runs that both have in the last rung that both are in: after as many epochs.
  std::vector<double> differences(std::size_t setting, std::size_t reference) const {
    return differences(setting, reference, std::min(rung_of(setting), rung_of(reference)));
  }
  std::vector<double> differences(std::size_t setting, std::size_t reference,
                                  std::size_t rung) const {
    std::vector<double> all;
    for (std::size_t column = 0; column < columns_; ++column) {
      if (is_done(setting, column, rung) && is_done(reference, column, rung))
        all.push_back(at(setting, column, rung)->score - at(reference, column, rung)->score);
    }
    return all;
  }
  Repeats repeats() const { return {plan_.folds}; }

 private:
  const SweepPlan& plan_;
  std::size_t columns_;
  std::vector<std::vector<const RunResult*>> cells_;  // by rung
  std::vector<std::size_t> last_rung_;                // of each setting
};

SettingRow row_of(const SweepPlan& plan, const Grid& grid, std::size_t setting) {
  SettingRow row;
  row.setting = static_cast<int>(setting);
  row.rung = static_cast<int>(grid.rung_of(setting));
  row.is_out = row.rung + 1 < plan.rung_count;
  std::vector<double> epochs;
  for (std::size_t column = 0; column < grid.columns(); ++column) {
    const RunResult* result = grid.at(setting, column);
    if (result == nullptr) {
      ++row.missing;
    } else if (!result->is_done()) {
      ++row.failed;
      if (row.why.empty()) row.why = result->why;
    } else {
      ++row.done;
      row.scores.push_back(result->score);
      epochs.push_back(result->epochs);
    }
    if (result != nullptr) row.parameters = result->parameters;
  }
  row.mean = row.scores.empty() ? not_a_number : mean_of(row.scores);
  row.epochs = epochs.empty() ? 0 : mean_of(epochs);
  row.interval = within_range(plan.score, interval_of_mean(row.scores, grid.repeats()));
  if (row.scores.size() == 1 && plan.score.is_share() && plan.judged > 0)
    row.interval = wilson(row.scores.front(), plan.judged);
  return row;
}

// The best first; what failed or is missing in the end.
void sort_and_rank(std::vector<SettingRow>& rows, bool larger_is_better) {
  const auto is_whole = [](const SettingRow& row) { return row.failed + row.missing == 0; };
  const auto value = [&](const SettingRow& row) { return larger_is_better ? -row.mean : row.mean; };
  std::ranges::stable_sort(rows, [&](const SettingRow& a, const SettingRow& b) {
    if (is_whole(a) != is_whole(b)) return is_whole(a);
    if (a.rung != b.rung) return a.rung > b.rung;
    if (std::isnan(a.mean) || std::isnan(b.mean)) return !std::isnan(a.mean) && std::isnan(b.mean);
    return value(a) < value(b);
  });
  for (std::size_t k = 0; k < rows.size(); ++k) {
    if (!is_whole(rows[k])) continue;
    const bool is_tie =
        k > 0 && rows[k].mean == rows[k - 1].mean && rows[k].rung == rows[k - 1].rung;
    rows[k].rank = is_tie ? rows[k - 1].rank : static_cast<int>(k + 1);
  }
}

Verdict verdict_of(const SettingRow& row, const SweepSummary& summary, bool larger_is_better) {
  if (row.failed > 0) return Verdict::failed;
  if (row.setting == summary.best && summary.reference == summary.best) return Verdict::best;
  if (row.setting == summary.reference) return Verdict::baseline;
  if (!row.difference_interval) return Verdict::untold;
  const ConfidenceInterval& between = *row.difference_interval;
  if (between.contains(0)) return Verdict::alike;
  return (between.low > 0) == larger_is_better ? Verdict::better : Verdict::worse;
}

// ---- the models, by the hashes of their weights

std::string counted(std::size_t count, std::string_view one, std::string_view several) {
  return fmt::format("{} {}", count, count == 1 ? one : several);
}

std::string honesty_of(const SweepPlan& plan, const Grid& grid) {
  std::set<std::string> models;
  std::size_t runs = 0;
  for (std::size_t rung = 0; rung < plan.rungs.size(); ++rung) {
    for (std::size_t k = 0; k < plan.candidates.size(); ++k) {
      for (std::size_t column = 0; column < grid.columns(); ++column) {
        if (!grid.is_done(k, column, rung)) continue;
        ++runs;
        models.insert(grid.at(k, column, rung)->weights);
      }
    }
  }
  std::string text = fmt::format(
      "{}: {}, {}", plan.size_text(),
      (runs == plan.runs.size() ? counted(runs, "run", "runs")
                                : fmt::format("{} of {} runs done", runs, plan.runs.size())) +
          (plan.is_halved() ? fmt::format(" in {} rungs", plan.rungs.size()) : ""),
      counted(models.size(), "different final model", "different final models"));
  const std::size_t trainings = plan.trainings().size();
  if (trainings < plan.runs.size()) {
    text += fmt::format(" ({} trained: the other lessons are the same as theirs, word for word)",
                        trainings);
  }
  return text;
}

// Settings that differ in one option alone, by what is left of them: of those that are the same (a
// list may have a setting twice) the first.
using Groups = std::map<Candidate, std::vector<std::size_t>>;
Groups groups_without(const SweepPlan& plan, std::size_t option) {
  Groups groups;
  for (std::size_t k = 0; k < plan.candidates.size(); ++k) {
    Candidate rest = plan.candidates[k];
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(option));
    std::vector<std::size_t>& group = groups[rest];
    const bool is_there = std::ranges::any_of(group, [&](std::size_t other) {
      return plan.candidates[other][option] == plan.candidates[k][option];
    });
    if (!is_there) group.push_back(k);
  }
  std::erase_if(groups, [](const auto& group) { return group.second.size() < 2; });
  return groups;
}

bool are_same_models(const Grid& grid, const std::vector<std::size_t>& settings) {
  bool compared = false;
  for (std::size_t column = 0; column < grid.columns(); ++column) {
    const RunResult* first = nullptr;
    for (const std::size_t setting : settings) {
      if (!grid.is_done(setting, column, 0)) continue;  // the rung that all are in
      const RunResult* result = grid.at(setting, column, 0);
      if (first != nullptr && result->weights != first->weights) return false;
      compared = compared || first != nullptr;
      first = result;
    }
  }
  return compared;
}

// "batch_size changed nothing: ..."
std::vector<std::string> unchanged_options(const SweepPlan& plan, const Grid& grid,
                                           const std::vector<std::size_t>& varying) {
  std::vector<std::string> texts;
  for (const std::size_t option : varying) {
    const Groups groups = groups_without(plan, option);
    const std::string& name = plan.options[option].name;
    std::size_t same = 0;
    std::string example;
    for (const auto& [rest, settings] : groups) {
      if (!are_same_models(grid, settings)) continue;
      ++same;
      if (example.empty()) example = plan.name_of_setting(static_cast<int>(settings.front()));
    }
    if (same == 0) continue;
    if (same == groups.size()) {
      texts.push_back(fmt::format(
          "{} changed nothing: whatever its value, the final weights are the same bit for bit",
          name));
    } else {
      texts.push_back(
          fmt::format("{} changed nothing in {} of {} cases where all else was alike (as in {}): "
                      "the same final "
                      "weights, bit for bit",
                      name, same, groups.size(), example));
    }
  }
  bool seeds_alike = grid.columns() > 1;
  for (std::size_t k = 0; k < plan.candidates.size() && seeds_alike; ++k) {
    for (std::size_t column = 1; column < grid.columns() && seeds_alike; ++column) {
      seeds_alike = grid.is_done(k, 0) && grid.is_done(k, column) &&
                    grid.at(k, 0)->weights == grid.at(k, column)->weights;
    }
  }
  if (seeds_alike && plan.seeds.size() > 1)
    texts.emplace_back("the seed changed nothing: every seed gave the same weights, bit for bit");
  return texts;
}

// ---- what the figures do not bear

// "the best lr, 0.2, is the largest that was tried", where that goes for all of the best.
void warn_of_edges(const SweepPlan& plan, const SweepSummary& summary,
                   std::vector<std::string>& warnings) {
  for (const std::size_t option : summary.varying) {
    std::vector<double> tried;
    std::vector<double> best;
    for (const SettingRow& row : summary.rows) {
      const auto number =
          number_in_text<double>(plan.candidates[static_cast<std::size_t>(row.setting)][option]);
      if (!number) break;
      tried.push_back(*number);
      if (row.rank == 1) best.push_back(*number);
    }
    if (tried.size() < summary.rows.size() || best.empty()) continue;
    const double least = std::ranges::min(tried);
    const double most = std::ranges::max(tried);
    const bool is_least = std::ranges::all_of(best, [&](double x) { return x == least; });
    const bool is_most = std::ranges::all_of(best, [&](double x) { return x == most; });
    if (!is_least && !is_most) continue;
    warnings.push_back(fmt::format(
        "the best {}, {}, is the {} that was tried: the best of all may lie beyond it",
        plan.options[option].name, plan.candidates[static_cast<std::size_t>(summary.best)][option],
        is_least ? "smallest" : "largest"));
  }
}

// Options between whose values no difference can be told, all else averaged over.
void warn_of_insensitive(const SweepPlan& plan, const Grid& grid, const SweepSummary& summary,
                         std::vector<std::string>& warnings) {
  if (grid.columns() < 2 || summary.varying.size() < 2) return;
  for (const std::size_t option : summary.varying) {
    std::map<std::pair<std::string, std::string>, std::vector<std::vector<double>>> between;
    for (const auto& [rest, settings] : groups_without(plan, option)) {
      for (std::size_t a = 0; a < settings.size(); ++a) {
        for (std::size_t b = a + 1; b < settings.size(); ++b) {
          if (!grid.is_whole(settings[a], 0) || !grid.is_whole(settings[b], 0)) continue;
          between[{plan.candidates[settings[a]][option], plan.candidates[settings[b]][option]}]
              .push_back(grid.differences(settings[a], settings[b], 0));
        }
      }
    }
    bool told = between.empty();
    bool all_zero = true;
    for (const auto& [values, differences] : between) {
      std::vector<double> means(grid.columns());
      for (std::size_t column = 0; column < means.size(); ++column) {
        for (const auto& of : differences)
          means[column] += of[column] / static_cast<double>(differences.size());
      }
      all_zero = all_zero && std::ranges::all_of(means, [](double x) { return x == 0; });
      told = told || !interval_of_mean(means, grid.repeats())->contains(0);
    }
    if (!told && !all_zero) {
      warnings.push_back(
          fmt::format("between the values of {} no difference can be told by {}, all else "
                      "averaged over",
                      plan.options[option].name,
                      plan.is_halved() ? "the runs of the first rung" : "these runs"));
    }
  }
}

std::vector<std::string> warnings_of(const SweepPlan& plan, const Grid& grid,
                                     const SweepSummary& summary) {
  std::vector<std::string> warnings;
  if (plan.score.part == Part::test) {
    warnings.emplace_back(
        "test data were used for choosing: the best score is too good, and nothing is left to tell "
        "by how much");
  }
  if (plan.score.part == Part::train) {
    warnings.emplace_back(
        "nothing is held out: the scores are of the samples that were trained on, and say nothing "
        "of "
        "others; add validation=0.1 to the train line, or --cv 5");
  }
  const auto failed =
      std::ranges::count_if(summary.rows, [](const SettingRow& row) { return row.failed > 0; });
  if (failed > 0) {
    warnings.push_back(fmt::format("{} did not end well; {} as a failure, and {} not ranked",
                                   counted(static_cast<std::size_t>(failed), "setting", "settings"),
                                   failed == 1 ? "it stays in the table" : "they stay in the table",
                                   failed == 1 ? "is" : "are"));
  }
  const std::size_t repeats = grid.columns();
  if (plan.candidates.size() > 1 && repeats == 1) {
    warnings.emplace_back(
        "one run a setting: no difference can be told from chance; take --seeds 6");
  } else if (plan.candidates.size() > 1 && plan.folds == 0 && repeats < 6) {
    warnings.push_back(
        fmt::format("{} seeds are few: even if all of them agree that one setting is better, that "
                    "happens by chance in {:.2g} % of cases; six make it 3 %",
                    repeats, 100 * 2 / std::pow(2.0, static_cast<double>(repeats))));
  }
  const auto alike = [&](bool is_out) {
    return static_cast<std::size_t>(std::ranges::count_if(summary.rows, [&](const auto& row) {
      return row.is_out == is_out &&
             (row.verdict == Verdict::alike || (is_out && row.verdict == Verdict::untold));
    }));
  };
  if (alike(false) > 0 && summary.reference == summary.best) {
    warnings.push_back(fmt::format("{} can't be told from the best",
                                   counted(alike(false), "other setting", "other settings")));
  }
  if (alike(true) > 0 && summary.reference == summary.best) {
    warnings.push_back(fmt::format(
        "{} that went out could not be told from the best by as many epochs: trained to the end {} "
        "might be better",
        counted(alike(true), "setting", "settings"), alike(true) == 1 ? "it" : "they"));
  }
  warn_of_edges(plan, summary, warnings);
  warn_of_insensitive(plan, grid, summary, warnings);
  if (summary.rows.size() > 20) {
    warnings.push_back(fmt::format(
        "{} settings are compared, each by its own interval of 95 %: about {} of those that are no "
        "different look worse, or better, by chance",
        summary.rows.size(), (summary.rows.size() + 10) / 20));
  }
  return warnings;
}

}  // namespace

SweepSummary summary_of(const SweepPlan& plan, const Results& results,
                        std::optional<int> baseline) {
  const Grid grid(plan, results);
  SweepSummary summary;
  for (std::size_t k = 0; k < plan.candidates.size(); ++k)
    summary.rows.push_back(row_of(plan, grid, k));
  if (std::ranges::all_of(summary.rows, [](const SettingRow& row) {
        return row.missing > 0 && row.done + row.failed == 0;
      }))
    throw Error("no run has ended, so there is nothing to tell");
  for (std::size_t option = 0; option < plan.options.size(); ++option) {
    if (std::ranges::any_of(plan.candidates, [&](const Candidate& one) {
          return one[option] != plan.candidates.front()[option];
        }))
      summary.varying.push_back(option);
  }
  const bool larger = plan.score.larger_is_better();
  sort_and_rank(summary.rows, larger);
  if (summary.rows.front().rank == 1) summary.best = summary.rows.front().setting;
  summary.reference = baseline.value_or(summary.best);
  for (SettingRow& row : summary.rows) {
    if (summary.reference >= 0) {
      const std::vector<double> between = grid.differences(
          static_cast<std::size_t>(row.setting), static_cast<std::size_t>(summary.reference));
      row.difference = between.empty() ? not_a_number : mean_of(between);
      if (row.setting != summary.reference)
        row.difference_interval = interval_of_mean(between, grid.repeats());
    }
    row.verdict = verdict_of(row, summary, larger);
    // ties share what they are
    if (row.rank == 1 && summary.reference == summary.best) row.verdict = Verdict::best;
  }
  summary.honesty = honesty_of(plan, grid);
  summary.unchanged = unchanged_options(plan, grid, summary.varying);
  summary.warnings = warnings_of(plan, grid, summary);
  return summary;
}

int setting_called(const SweepPlan& plan, std::string_view text) {
  std::vector<std::pair<std::size_t, std::string>> wanted;
  for (std::string_view rest = text; !rest.empty();) {
    int open = 0;
    std::size_t end = 0;
    for (; end < rest.size() && (rest[end] != ',' || open > 0); ++end) {
      if (rest[end] == '(') ++open;
      if (rest[end] == ')') --open;
    }
    const SweepOption one = parse_sweep_option(rest.substr(0, end));
    rest.remove_prefix(std::min(rest.size(), end + 1));
    const auto option = std::ranges::find(plan.options, one.name, &SweepOption::name);
    if (option == plan.options.end())
      throw Error(
          fmt::format("--baseline {}: {} is none of the options that vary", text, one.name));
    wanted.emplace_back(static_cast<std::size_t>(option - plan.options.begin()),
                        one.values.front());
  }
  std::vector<int> fitting;
  for (std::size_t k = 0; k < plan.candidates.size(); ++k) {
    if (std::ranges::all_of(
            wanted, [&](const auto& one) { return plan.candidates[k][one.first] == one.second; }))
      fitting.push_back(static_cast<int>(k));
  }
  if (fitting.size() != 1) {
    throw Error(fmt::format("--baseline {}: {} of the {} settings {} so; name one, as in '{}'",
                            text, fitting.empty() ? "none" : std::to_string(fitting.size()),
                            plan.candidates.size(), fitting.size() == 1 ? "is" : "are",
                            plan.name_of_setting(0)));
  }
  return fitting.front();
}

namespace {

// A line of results.csv is a setting in a rung.
std::vector<std::pair<std::size_t, int>> rung_rows(const SweepPlan& plan) {
  std::vector<std::pair<std::size_t, int>> rows;
  for (std::size_t rung = 0; rung < plan.rungs.size(); ++rung) {
    for (const int setting : plan.rungs[rung]) rows.emplace_back(rung, setting);
  }
  return rows;
}

}  // namespace

std::string results_csv(const SweepPlan& plan, const Results& results) {
  const Grid grid(plan, results);
  const SweepSummary summary = summary_of(plan, results);
  const double sign = plan.score.larger_is_better() ? 1 : -1;
  std::string csv = plan.is_halved() ? "iter,n_resources," : "";
  csv += "mean_fit_time,std_fit_time";
  for (const SweepOption& option : plan.options) csv += ",param_" + option.name;
  csv += ",params";
  for (std::size_t column = 0; column < grid.columns(); ++column)
    csv += fmt::format(",split{}_test_score", column);
  csv += ",mean_test_score,std_test_score,rank_test_score\n";
  std::map<int, int> rank_of;
  for (const SettingRow& row : summary.rows) rank_of[row.setting] = row.rank;
  for (const auto& [rung, setting] : rung_rows(plan)) {
    const auto k = static_cast<std::size_t>(setting);
    if (plan.is_halved())
      csv += fmt::format("{},{},", rung, resources_of(plan, setting, static_cast<int>(rung)));
    std::vector<double> seconds;
    std::vector<double> scores;
    std::string splits;
    for (std::size_t column = 0; column < grid.columns(); ++column) {
      const RunResult* result = grid.at(k, column, rung);
      if (result != nullptr) seconds.push_back(result->seconds);
      if (grid.is_done(k, column, rung)) scores.push_back(sign * result->score);
      splits += grid.is_done(k, column, rung) ? fmt::format(",{}", scores.back()) : ",nan";
    }
    const auto of_n = [](const std::vector<double>& values) {
      const auto n = static_cast<double>(values.size());
      return values.empty() ? not_a_number : deviation_of(values) * std::sqrt((n - 1) / n);
    };
    csv += fmt::format("{:.3f},{:.3f}", seconds.empty() ? not_a_number : mean_of(seconds),
                       of_n(seconds));
    nlohmann::ordered_json params = nlohmann::ordered_json::object();
    for (std::size_t option = 0; option < plan.options.size(); ++option) {
      const std::string& value = plan.candidates[k][option];
      csv += ',';
      if (value == not_said) continue;  // masked, as there
      csv += csv_field(value);
      const auto number = number_in_text<double>(value);
      params[plan.options[option].name] = number
                                              ? nlohmann::ordered_json::parse(value, nullptr, false)
                                              : nlohmann::ordered_json(value);
      if (params[plan.options[option].name].is_discarded())
        params[plan.options[option].name] = value;
    }
    csv += "," + csv_field(params.dump()) + splits;
    csv += fmt::format(",{},{},{}\n", scores.empty() ? not_a_number : mean_of(scores), of_n(scores),
                       rank_of[setting]);
  }
  return csv;
}

}  // namespace tracer
