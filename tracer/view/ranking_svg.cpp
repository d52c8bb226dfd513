#include "tracer/view/ranking_svg.hpp"

#include <cmath>

#include <fmt/format.h>

#include "tracer/view/chart_svg.hpp"

namespace tracer {
namespace {

const Axis shares_axis{0, 1, 0.2};

Chart shares_chart(const std::string& title, const std::string& x, const std::string& y) {
  Chart chart{.title = title, .x_name = x, .y_name = y};
  chart.x = shares_axis;
  chart.y = shares_axis;
  chart.width = 364;  // three in a row
  return chart;
}

ChartLine diagonal() {
  return {.x = {0, 1}, .y = {0, 1}, .kind = ChartLine::Kind::guide, .grey = true};
}

}  // namespace

std::string ranking_svg(const Ranking& ranking, const std::vector<std::string>& classes) {
  constexpr std::size_t most = 20;  // colours and lines of a legend that are told apart
  if (ranking.classes.empty() || ranking.classes.size() > most) return "";
  Chart precision = shares_chart("precision and recall", "recall", "precision");
  Chart roc = shares_chart("ROC", "share of the others taken for it", "share of the class found");
  roc.lines.push_back(diagonal());
  for (std::size_t c = 0; c < ranking.classes.size(); ++c) {
    const ClassRanking& of = ranking.classes[c];
    if (of.prevalence == 0) continue;
    const std::string name = c < classes.size() ? classes[c] : std::to_string(c);
    precision.lines.push_back({.x = {0, 1},
                               .y = {of.prevalence, of.prevalence},
                               .which = c,
                               .kind = ChartLine::Kind::guide});
    // From recall 0 on: the precision of a threshold holds down to the next smaller recall.
    const PrecisionRecall& curve = of.precision_recall;
    precision.lines.push_back({.name = fmt::format("{}, AP {:.3f}", name, of.average_precision),
                               .x = {curve.recall.rbegin(), curve.recall.rend()},
                               .y = {curve.precision.rbegin(), curve.precision.rend()},
                               .which = c,
                               .kind = ChartLine::Kind::steps});
    if (std::isnan(of.roc_auc)) continue;
    roc.lines.push_back({.name = fmt::format("{}, area {:.3f}", name, of.roc_auc),
                         .x = of.roc.fpr,
                         .y = of.roc.tpr,
                         .which = c});
  }
  Chart calibration =
      shares_chart("calibration", "probability of what is predicted", "share that is right");
  ChartLine bins{.kind = ChartLine::Kind::dots};
  for (const CalibrationBin& bin : ranking.bins) {
    if (bin.count == 0) continue;
    bins.x.push_back(bin.probability);
    bins.y.push_back(bin.right);
  }
  std::string drawn = chart_svg(precision);
  if (roc.lines.size() > 1) drawn += chart_svg(roc);
  if (!bins.x.empty()) {
    calibration.lines = {diagonal(), std::move(bins)};
    drawn += chart_svg(calibration);
  }
  return drawn;
}

}  // namespace tracer
