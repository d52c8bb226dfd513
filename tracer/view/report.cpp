// See report.hpp.
#include "tracer/view/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "tracer/text/cells.hpp"
#include "tracer/text/short_numbers.hpp"
#include "tracer/text/width.hpp"

namespace tracer {
namespace {

constexpr std::array headings{"precision", "recall", "f1-score", "support"};
constexpr std::array narrow_headings{"prec.", "recall", "f1", "count"};
constexpr int column = 9;  // of a score, after a blank
constexpr int narrow_column = 6;

bool occurs(const Metrics& metrics, std::size_t which) {
  int count = 0;
  for (std::size_t other = 0; other < metrics.confusion.size(); ++other)
    count += metrics.confusion[which][other] + metrics.confusion[other][which];
  return count > 0;
}

}  // namespace

std::string classification_report(const Metrics& metrics, const Style& style, int digits) {
  if (metrics.confusion.empty()) return "";
  const std::vector<ClassScore> scores = metrics.scores();
  const auto name_of = [&](std::size_t i) {
    return i < metrics.classes.size() ? clean(metrics.classes[i], style) : std::to_string(i);
  };
  int name_width = std::max(static_cast<int>(std::string("weighted avg").size()), digits);
  for (std::size_t i = 0; i < scores.size(); ++i)
    if (occurs(metrics, i)) name_width = std::max(name_width, display_width(name_of(i)));
  const int room = usable_width(style);
  const bool narrow = room < 12 + 1 + 4 * (column + 1);
  const int score = narrow ? narrow_column : column;
  const std::string gap = narrow ? "" : " ";
  name_width = std::min(name_width, room - 4 * (score + 1) - (narrow ? 0 : 1));

  std::string out;
  const auto row = [&](const std::string& name, const std::array<std::string, 4>& cells) {
    out += fit_right(name, name_width, style) + gap;
    for (const std::string& cell : cells) out += " " + pad_left(cell, score);
    out += "\n";
  };
  const auto number = [&](double x) { return fmt::format("{:.{}f}", x, digits); };
  const auto score_row = [&](const std::string& name, const ClassScore& s) {
    row(name, {number(s.precision), number(s.recall), number(s.f1), std::to_string(s.support)});
  };
  const auto& heads = narrow ? narrow_headings : headings;
  row("", {heads[0], heads[1], heads[2], heads[3]});
  out += "\n";
  for (std::size_t i = 0; i < scores.size(); ++i)
    if (occurs(metrics, i)) score_row(name_of(i), scores[i]);
  out += "\n";
  row("accuracy", {"", "", number(metrics.accuracy()), std::to_string(metrics.weighted().support)});
  score_row("macro avg", metrics.macro());
  score_row("weighted avg", metrics.weighted());
  return out;
}

std::string metrics_line(const Metrics& metrics, const Style& style) {
  std::vector<std::string> parts;
  if (!metrics.confusion.empty()) {
    parts.push_back("accuracy " + percent(metrics.accuracy()));
    parts.push_back(fmt::format("macro F1 {:.4f}", metrics.macro().f1));
    parts.push_back(fmt::format("weighted F1 {:.4f}", metrics.weighted().f1));
  } else if (metrics.r2) {
    parts.push_back(fmt::format("{} {:.4f}", style.unicode ? "R²" : "R2", *metrics.r2));
  }
  parts.push_back("loss " + short_number(metrics.loss));
  parts.push_back(grouped(metrics.count) + (metrics.count == 1 ? " sample" : " samples"));
  std::string line;
  for (const std::string& part : parts) {
    const std::string longer = line + (line.empty() ? "" : "   ") + part;
    if (display_width(longer) > usable_width(style)) break;
    line = longer;
  }
  return line;
}

}  // namespace tracer
