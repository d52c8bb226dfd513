#include "tracer/render/comparison_page.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "tracer/render/run_curves.hpp"
#include "tracer/sweep/statistics.hpp"
#include "tracer/text/cells.hpp"

namespace tracer {

Against against(const std::vector<int>& truth, const std::vector<int>& first,
                const std::vector<int>& other) {
  Against made;
  for (std::size_t k = 0; k < truth.size(); ++k) {
    const bool first_right = first[k] == truth[k];
    const bool other_right = other[k] == truth[k];
    if (first_right && !other_right) ++made.first_alone;
    if (other_right && !first_right) ++made.other_alone;
  }
  made.p = mcnemar(made.first_alone, made.other_alone);
  return made;
}

namespace {

// Models of one setting together, in the order of the first of each.
std::vector<RunGroup> groups_of(const std::vector<ComparedModel>& models) {
  std::vector<RunGroup> groups;
  std::vector<std::string_view> settings;
  for (const ComparedModel& one : models) {
    auto at = static_cast<std::size_t>(std::ranges::find(settings, one.setting) - settings.begin());
    if (one.setting.empty() || at == settings.size()) {
      at = groups.size();
      groups.push_back({one.name, {}});
      settings.push_back(one.setting);
    }
    groups[at].runs.push_back(&one.history);
    if (groups[at].runs.size() == 2 && !one.setting_name.empty())
      groups[at].name = one.setting_name;
  }
  return groups;
}

std::string p_text(double p) { return p < 0.0001 ? "< 0.0001" : fmt::format("{:.4f}", p); }

// `differences`: of the models behind the first, to it.
TableBlock class_table(const std::vector<ComparedModel>& models,
                       const std::vector<Against>& differences) {
  TableBlock table;
  table.columns = {{"model"},          {"accuracy %", true},  {"95 % interval", true},
                   {"macro F1", true}, {"right alone", true}, {"first alone", true},
                   {"p", true}};
  for (std::size_t k = 0; k < models.size(); ++k) {
    const ComparedModel& one = models[k];
    const double accuracy = one.metrics.accuracy();
    const ConfidenceInterval interval = wilson(accuracy, one.metrics.count);
    std::vector<TableCell> cells{
        one.name, fmt::format("{:.2f}", 100 * accuracy),
        fmt::format("{:.2f} … {:.2f}", 100 * interval.low, 100 * interval.high),
        fmt::format("{:.4f}", one.metrics.macro().f1)};
    if (k > 0) {
      const Against& made = differences[k - 1];
      cells.emplace_back(std::to_string(made.other_alone));
      cells.emplace_back(std::to_string(made.first_alone));
      cells.emplace_back(p_text(made.p));
    }
    table.rows.push_back(std::move(cells));
  }
  return table;
}

TableBlock number_table(const std::vector<ComparedModel>& models) {
  const auto text = [](const std::optional<double>& value) {
    return value ? fmt::format("{:.4g}", *value) : std::string();
  };
  TableBlock table;
  table.columns = {{"model"}, {"loss", true}, {"R²", true}, {"MAE", true}, {"RMSE", true}};
  for (const ComparedModel& one : models) {
    table.rows.push_back({one.name, fmt::format("{:.4g}", one.metrics.loss), text(one.metrics.r2),
                          text(one.metrics.mae), text(one.metrics.rmse)});
  }
  return table;
}

// "b is better than a: it alone has 40 right, a alone 12 (p 0.0001, McNemar)"
std::string sentence(const ComparedModel& first, const ComparedModel& other, const Against& made) {
  const std::string counts =
      fmt::format("{} has {} right that {} has wrong, and {} the other way", other.name,
                  made.other_alone, first.name, made.first_alone);
  if (made.first_alone + made.other_alone == 0)
    return fmt::format("{} and {} have the same samples right", first.name, other.name);
  if (made.p >= 0.05) {
    return fmt::format("{}: by chance as uneven in {:.0f} % of cases, so no difference can be told",
                       counts, 100 * made.p);
  }
  return fmt::format("{}: {} is better on these samples (p {}, McNemar's exact test)", counts,
                     made.other_alone > made.first_alone ? other.name : first.name, p_text(made.p));
}

}  // namespace

Document page_of(const std::vector<ComparedModel>& models, const std::vector<int>& truth,
                 const std::string& part) {
  Document page;
  const int count = models.front().metrics.count;
  page.push_back({PageHeading{
      1, fmt::format("{} models on {} {} samples", models.size(), grouped(count), part)}});
  constexpr std::size_t most = 8;  // more curves, and sentences, are not told apart
  if (std::vector<RunGroup> groups = groups_of(models); groups.size() <= most)
    page += run_curves(groups);
  if (truth.empty()) {
    page.push_back({number_table(models)});
    return page;
  }
  std::vector<Against> differences;
  for (std::size_t k = 1; k < models.size(); ++k)
    differences.push_back(against(truth, models.front().predicted, models[k].predicted));
  page.push_back({class_table(models, differences)});
  if (models.size() > most) return page;
  std::vector<std::string> said;
  for (std::size_t k = 1; k < models.size(); ++k)
    said.push_back(sentence(models.front(), models[k], differences[k - 1]));
  page.push_back({Bullets{said, true}});
  page.push_back(
      {Paragraph{{"These are the models, not the ways to train them: another seed makes "
                  "another model (tracer sweep --seeds 6)."}}});
  return page;
}

}  // namespace tracer
