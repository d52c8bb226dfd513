#include "tracer/render/run_curves.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "tracer/view/chart_svg.hpp"
#include "tracer/view/curves.hpp"

namespace tracer {
namespace {

constexpr std::size_t most_named = 8;  // more curves are not told apart
constexpr std::size_t most_drawn = 200;

using ValueOf = std::optional<double> (*)(const EpochRecord&);

// The curve of each group, with its band; empty where a run has an epoch without that value.
std::vector<ChartLine> lines_of_groups(const std::vector<RunGroup>& groups, ValueOf value) {
  std::vector<ChartLine> lines;
  for (std::size_t which = 0; which < std::min(groups.size(), most_drawn); ++which) {
    const RunGroup& group = groups[which];
    std::size_t epochs = std::numeric_limits<std::size_t>::max();
    for (const History* run : group.runs) epochs = std::min(epochs, run->size());
    if (group.runs.empty() || epochs == 0) continue;
    ChartLine line;
    line.which = which;
    line.grey = which >= most_named;
    if (!line.grey)
      line.name = group.runs.size() == 1
                      ? group.name
                      : fmt::format("{}: mean of {}", group.name, group.runs.size());
    for (std::size_t epoch = 0; epoch < epochs; ++epoch) {
      double sum = 0;
      double low = std::numeric_limits<double>::infinity();
      double high = -low;
      for (const History* run : group.runs) {
        const std::optional<double> of = value((*run)[epoch]);
        if (!of) return {};
        sum += *of;
        low = std::min(low, *of);
        high = std::max(high, *of);
      }
      line.x.push_back(static_cast<double>(epoch + 1));
      line.y.push_back(sum / static_cast<double>(group.runs.size()));
      if (group.runs.size() == 1 || line.grey) continue;
      line.low.push_back(low);
      line.high.push_back(high);
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

Block chart_of(const std::string& title, std::vector<ChartLine> lines) {
  std::size_t epochs = 0;
  for (const ChartLine& line : lines) epochs = std::max(epochs, line.x.size());
  return {Drawing{[title, lines](const Style& style) {
                    std::vector<Series> series;
                    for (const ChartLine& line : lines)
                      if (!line.grey) series.push_back({line.name, line.y});
                    return line_chart(title, series, 8, style);
                  },
                  [title, lines, epochs] {
                    Chart chart{.title = title, .x_name = "epoch"};
                    // the named ones lie on top
                    std::ranges::copy_if(lines, std::back_inserter(chart.lines), &ChartLine::grey);
                    std::ranges::copy_if(lines, std::back_inserter(chart.lines),
                                         [](const ChartLine& line) { return !line.grey; });
                    for (ChartLine& line : chart.lines)
                      if (!line.low.empty()) line.name += ", min … max";
                    chart.counted = static_cast<int>(epochs);
                    chart.width = 620;
                    return chart_svg(chart);
                  }}};
}

}  // namespace

Document run_curves(const std::vector<RunGroup>& groups) {
  struct Kind {
    const char* title;
    ValueOf value;
  };
  static constexpr Kind losses[] = {
      {"validation loss", [](const EpochRecord& record) { return record.validation_loss; }},
      {"training loss", [](const EpochRecord& record) { return std::optional(record.loss); }}};
  static constexpr Kind accuracies[] = {
      {"validation accuracy, %",
       [](const EpochRecord& record) {
         return record.validation_accuracy ? std::optional(100 * *record.validation_accuracy)
                                           : std::nullopt;
       }},
      {"training accuracy, %", [](const EpochRecord& record) {
         return record.accuracy ? std::optional(100 * *record.accuracy) : std::nullopt;
       }}};
  Document page;
  for (const auto& kinds : {losses, accuracies})
    for (const Kind* kind = kinds; kind != kinds + 2; ++kind) {
      std::vector<ChartLine> lines = lines_of_groups(groups, kind->value);
      if (lines.empty()) continue;
      page.push_back(chart_of(kind->title, std::move(lines)));
      break;
    }
  return page;
}

}  // namespace tracer
