// See chart_svg.hpp.
#include "tracer/view/chart_svg.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "tracer/text/cells.hpp"
#include "tracer/view/svg.hpp"

namespace tracer {
namespace {

constexpr double chart_height = 250, chart_top = 34, chart_right = 14;
constexpr std::array<const char*, 5> line_dashes{
    "", " stroke-dasharray=\"7 4\"", " stroke-dasharray=\"2 3\"", " stroke-dasharray=\"10 3 2 3\"",
    " stroke-dasharray=\"14 4\""};

const char* dashes_of(const ChartLine& line) {
  if (line.kind == ChartLine::Kind::guide) return " stroke-dasharray=\"1 4\"";
  if (line.grey) return "";
  return line_dashes[line.which % line_dashes.size()];
}

std::string paint_of(const ChartLine& line) {
  const bool thin = line.grey || line.kind == ChartLine::Kind::guide;
  return fmt::format("{} fill=\"none\" stroke-width=\"{}\"{}",
                     line.grey ? std::string(svg_axis) : svg_stroke(line.which), thin ? "1" : "1.8",
                     dashes_of(line));
}

struct Pixel {
  double x = 0, y = 0;
};

// Pixels across within which a curve is told by its ends and extremes, so that a page with many long
// ones stays small; of grey ones there may be a hundred.
constexpr double line_wide = 2, grey_wide = 8;

// A stretch of a line without gaps; of the points within a column of so many pixels four at most.
std::vector<Pixel> thinned(const std::vector<Pixel>& all, double wide) {
  std::vector<Pixel> few;
  const auto column = [wide](const Pixel& at) { return std::floor(at.x / wide); };
  for (std::size_t first = 0; first < all.size();) {
    std::size_t last = first;
    std::size_t lowest = first;
    std::size_t highest = first;
    while (last + 1 < all.size() && column(all[last + 1]) == column(all[first])) {
      ++last;
      if (all[last].y > all[lowest].y) lowest = last;
      if (all[last].y < all[highest].y) highest = last;
    }
    std::array<std::size_t, 4> kept{first, lowest, highest, last};
    std::ranges::sort(kept);
    for (std::size_t k = 0; k < kept.size(); ++k)
      if (k == 0 || kept[k] != kept[k - 1]) few.push_back(all[kept[k]]);
    first = last + 1;
  }
  return few;
}

std::string point_text(const Pixel& at) { return svg_number(at.x) + " " + svg_number(at.y); }

std::string path_of(const std::vector<Pixel>& points, ChartLine::Kind kind) {
  std::string path = "M" + point_text(points.front());
  if (points.size() == 1) return path + "h.01";
  for (std::size_t i = 1; i < points.size(); ++i)
    path += kind == ChartLine::Kind::steps
                ? "V" + svg_number(points[i].y) + "H" + svg_number(points[i].x)
                : "L" + point_text(points[i]);
  return path;
}

// The stretches of a line that are finite, in pixels.
std::vector<std::vector<Pixel>> stretches(const std::vector<double>& x,
                                          const std::vector<double>& y, const SvgAxes& axes,
                                          double wide) {
  std::vector<std::vector<Pixel>> all(1);
  for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i) {
    if (fits_axis(x[i]) && fits_axis(y[i]))
      all.back().push_back({axes.to_x(x[i]), axes.to_y(y[i])});
    else if (!all.back().empty())
      all.emplace_back();
  }
  if (all.back().empty()) all.pop_back();
  for (std::vector<Pixel>& one : all) one = thinned(one, wide);
  return all;
}

std::string drawn_line(const ChartLine& line, const SvgAxes& axes) {
  std::string path;
  std::string dots;
  constexpr std::size_t few = 60;
  for (const std::vector<Pixel>& one :
       stretches(line.x, line.y, axes, line.grey ? grey_wide : line_wide)) {
    path += path_of(one, line.kind);
    if (line.kind != ChartLine::Kind::dots || line.x.size() > few) continue;
    for (const Pixel& at : one) dots += fmt::format("M{}h.01", point_text(at));
  }
  if (path.empty()) return "";
  std::string text =
      fmt::format("<path {} stroke-linejoin=\"round\"{} d=\"{}\"/>\n", paint_of(line),
                  // a stretch of one point has no length
                  path.find('L') == std::string::npos ? " stroke-linecap=\"round\"" : "", path);
  if (!dots.empty())
    text += fmt::format("<path {} stroke-width=\"5\" stroke-linecap=\"round\" d=\"{}\"/>\n",
                        line.grey ? std::string(svg_axis) : svg_stroke(line.which), dots);
  return text;
}

std::string drawn_band(const ChartLine& line, const SvgAxes& axes) {
  const auto low = stretches(line.x, line.low, axes, line_wide);
  const auto high = stretches(line.x, line.high, axes, line_wide);
  std::string path;
  for (std::size_t k = 0; k < std::min(low.size(), high.size()); ++k) {
    path += path_of(high[k], ChartLine::Kind::line);
    for (std::size_t i = low[k].size(); i-- > 0;) path += "L" + point_text(low[k][i]);
    path += "Z";
  }
  if (path.empty()) return "";
  return fmt::format("<path {} fill-opacity=\"0.18\" d=\"{}\"/>\n", svg_fill(line.which), path);
}

// From the least to the greatest of what is finite; nothing where nothing is.
std::optional<std::pair<double, double>> range_of(const Chart& chart, bool across) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  const auto take = [&](const std::vector<double>& values) {
    for (const double value : values) {
      if (!fits_axis(value)) continue;
      low = std::min(low, value);
      high = std::max(high, value);
    }
  };
  for (const ChartLine& line : chart.lines) {
    take(across ? line.x : line.y);
    if (!across) {
      take(line.low);
      take(line.high);
    }
  }
  if (low > high) return std::nullopt;
  return std::pair(low, high);
}

std::string drawn_mark(const ChartMark& mark, const SvgAxes& axes, int row) {
  const double x = axes.to_x(mark.x);
  const bool left = axes.x.share(mark.x) > 0.5;  // of the line, where there is more room
  return svg_line(x, axes.top, x, axes.top + axes.height,
                  std::string(svg_axis) + " stroke-dasharray=\"3 3\"") +
         svg_text({.x = left ? x - 5 : x + 5,
                   .y = axes.top + 12 + 14 * row,
                   .text = mark.words,
                   .anchor = left ? Anchor::end : Anchor::start});
}

std::vector<SvgAxes::Tick> ticks_of(const Chart& chart) {
  std::vector<SvgAxes::Tick> ticks;
  if (chart.counted > 0)
    for (const int tick : count_ticks(chart.counted, 10))
      ticks.push_back({1.0 * tick, std::to_string(tick)});
  for (std::size_t k = 0; k < chart.x_names.size(); ++k)
    ticks.push_back({static_cast<double>(k), chart.x_names[k]});
  return ticks;
}

}  // namespace

std::string chart_svg(const Chart& chart) {
  const auto across = range_of(chart, true);
  const auto up = range_of(chart, false);
  if (!across || !up) return "";
  SvgAxes axes;
  axes.y = chart.y ? *chart.y : make_axis(up->first, up->second, 6);
  if (chart.x)
    axes.x = *chart.x;
  else if (chart.counted > 0)
    axes.x = {chart.counted == 1 ? 0.0 : 1.0, chart.counted == 1 ? 2.0 : 1.0 * chart.counted, 1};
  else if (!chart.x_names.empty())
    axes.x = {-0.3, static_cast<double>(chart.x_names.size()) - 0.7, 1};
  else
    axes.x = make_axis(across->first, across->second, 6);
  axes.x_ticks = ticks_of(chart);
  double labels = 0;
  for (const double tick : axes.y.ticks()) labels = std::max(labels, svg_width(axes.y.label(tick)));
  axes.left = labels + 14 + (chart.y_name.empty() ? 0 : 16);
  axes.top = chart_top;
  axes.width = chart.width - axes.left - chart_right;
  axes.height = chart_height;

  std::string inner =
      svg_text({.x = axes.left, .y = 20, .text = chart.title, .soft = false, .size = 14}) +
      svg_axes(axes, chart.x_name, chart.y_name);
  for (const ChartLine& line : chart.lines) inner += drawn_band(line, axes);
  for (const ChartLine& line : chart.lines) inner += drawn_line(line, axes);
  int row = 0;
  for (const ChartMark& mark : chart.marks) inner += drawn_mark(mark, axes, row++);

  std::vector<const ChartLine*> named;
  for (const ChartLine& line : chart.lines)
    if (!line.name.empty()) named.push_back(&line);
  std::ranges::stable_sort(named, {}, &ChartLine::which);
  std::vector<std::string> names;
  for (const ChartLine* line : named) names.push_back(fit(line->name, 90, Style{}));
  const double below = axes.top + axes.height + (chart.x_name.empty() ? 26 : 44);
  const SvgLegend legend =
      svg_legend(names, axes.left, below, axes.width, [&](std::size_t i, double x, double y) {
        return svg_line(x, y, x + 26, y, paint_of(*named[i]));
      });
  return svg_picture(chart.width, below + legend.height + 4, chart.title, inner + legend.drawn);
}

ChartLine chart_line(const Series& series, std::size_t which) {
  ChartLine line;
  line.name = series.name;
  line.y = series.values;
  for (std::size_t i = 0; i < series.values.size(); ++i)
    line.x.push_back(static_cast<double>(i + 1));
  line.which = which;
  return line;
}

std::string curves_svg(const History& history, int kept) {
  const int epochs = static_cast<int>(history.size());
  const auto chart = [&](const std::string& title, const std::vector<Series>& series) {
    Chart made{.title = title, .x_name = "epoch"};
    made.counted = epochs;
    for (std::size_t k = 0; k < series.size(); ++k) {
      if (std::ranges::none_of(series[k].values, fits_axis)) continue;
      made.lines.push_back(chart_line(series[k], k));
      made.lines.back().kind = ChartLine::Kind::dots;
    }
    if (kept > 0 && kept < epochs) made.marks.push_back({1.0 * kept, kept_words(kept)});
    return chart_svg(made);
  };
  const CurveSeries all = curve_series(history);
  return chart("loss", all.loss) + chart("accuracy, %", all.accuracy);
}

}  // namespace tracer
