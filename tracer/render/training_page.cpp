#include "tracer/render/training_page.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tracer/view/curves.hpp"
#include "tracer/view/report.hpp"

namespace tracer {
namespace {

Block line(const std::string& text, bool apart = false, int colour = -1) {
  return {Paragraph{.text = {text}, .wrap = Paragraph::never, .colour = colour}, apart};
}

std::string ending(const Trainer& trainer, const TrainingEnd& end) {
  const std::string time = end.seconds < 0.1 ? fmt::format("{:.0f} ms", 1000 * end.seconds)
                                             : fmt::format("{:.2f} s", end.seconds);
  std::string text = fmt::format("{}: {} of training", trainer.reason(), time);
  if (end.best_epoch > 0)
    text += fmt::format("; the weights of epoch {} are back, the best", end.best_epoch);
  return text;
}

// "dead units: A1 2 of 128, A2 7 of 64 (...)"
void add_idle_units(const History& history, Document& page) {
  if (history.empty()) return;
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
      page.push_back(line(fmt::format("{} units: {} ({})", what, fmt::join(lines, ", "), why)));
  }
}

Document beginning(const Trainer& trainer, const TrainingEnd& end) {
  Document page{empty_line(), line(ending(trainer, end))};
  add_idle_units(trainer.history(), page);
  return page;
}

}  // namespace

Document page_of(const Trainer& trainer, const TrainingEnd& end, const ModelReport* report) {
  Document page = beginning(trainer, end);
  if (!trainer.history().empty())
    page.push_back(
        {Drawing{[&trainer](const Style& style) { return curves(trainer.history(), style); }}});
  if (report != nullptr) page += page_of(*report);
  return page += expectations_page(end);
}

Document brief_page_of(const Trainer& trainer, const TrainingEnd& end) {
  Document page = beginning(trainer, end);
  if (!end.parts.empty())
    page.push_back({Drawing{[&end](const Style& style) { return summary(end, style); }}});
  return page += expectations_page(end);
}

Document expectations_page(const TrainingEnd& end) {
  constexpr int red = 160;
  Document page;
  for (const Trainer::JudgedExpectation& verdict : end.verdicts)
    page.push_back(line(verdict.text, page.empty(), verdict.judged && !verdict.holds ? red : -1));
  return page;
}

std::string summary(const TrainingEnd& end, const Style& style) {
  if (end.parts.empty()) return "";
  const auto& [part, metrics] = end.parts.back();
  return name_of(part) + " " + metrics_line(metrics, style) + "\n";
}

}  // namespace tracer
