#include "tracer/view/scatter_svg.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "tracer/text/cells.hpp"
#include "tracer/view/svg.hpp"

namespace tracer {
namespace {

// Pixels, of a drawing that can be had in any size.
constexpr double plot_left = 16, plot_top = 44, plot_width = 640;
constexpr double least_height = 240, most_height = 640;
constexpr double legend_width = 150, line_height = 18;
constexpr int caption_columns = 105;  // of letters in its size that fit below
constexpr int layers = 20;

// Both axes have the same scale, the middle of the area is that of the plot.
SvgAxes plane_axes(const Area& area, double left, double top, double width) {
  const double across = area.x.high - area.x.low;
  const double up = area.y.high - area.y.low;
  SvgAxes axes{area.x, area.y, left, top, width};
  axes.height = std::round(std::clamp(width * up / across, least_height, most_height));
  const double scale = std::min(width / across, axes.height / up);
  const auto widen = [scale](Axis& axis, double pixels) {
    const double middle = (axis.low + axis.high) / 2;
    axis.low = middle - pixels / 2 / scale;
    axis.high = middle + pixels / 2 / scale;
  };
  widen(axes.x, axes.width);
  widen(axes.y, axes.height);
  return axes;
}

// A path of short lines with round ends for each class of each layer: the shortest file there is.
std::string dots(const PointSet& set, const SvgAxes& to) {
  const int m = set.count();
  // as thick as leaves room between them: 6 of a hundred points, 2 of a hundred thousand
  const double width = std::clamp(14 * std::pow(m, -0.17), 1.5, 7.0);
  std::string text = fmt::format(
      "<g fill=\"none\" stroke-linecap=\"round\" stroke-opacity=\"0.8\" stroke-width=\"{:.1f}\">\n",
      width);
  for (int layer = 0; layer < layers; ++layer) {
    const auto bound = [&](int which) {
      return static_cast<int>(static_cast<long long>(m) * which / layers);
    };
    std::map<std::size_t, std::string> paths;
    for (int i = bound(layer); i < bound(layer + 1); ++i) {
      if (!set.is_finite(i)) continue;
      paths[set.label(i)] +=
          fmt::format("M{:.1f} {:.1f}h.01", to.to_x(static_cast<double>(set.points(0, i))),
                      to.to_y(static_cast<double>(set.points(1, i))));
    }
    for (const auto& [label, path] : paths)
      text += fmt::format("<path {} d=\"{}\"/>\n", svg_stroke(label), path);
  }
  return text + "</g>\n";
}

// Below each other, to the right of the plot.
std::string legend_of(const PointSet& set, const SvgAxes& axes) {
  if (set.labels.empty() && set.classes.empty()) return "";
  std::map<std::size_t, int> counts;
  for (int i = 0; i < set.count(); ++i)
    if (set.is_finite(i)) ++counts[set.label(i)];
  const double left = axes.left + axes.width + 16;
  std::string text;
  double y = axes.top + line_height / 2;
  for (const auto& [label, count] : counts) {
    text += fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"5\" {}/>\n", left + 5, y, svg_fill(label));
    const std::string name =
        label < set.classes.size() ? set.classes[label] : std::to_string(label);
    text += svg_text({.x = left + 16, .y = y + 4.5, .text = fit(name, 18, Style{}), .size = 13});
    y += line_height;
  }
  return text;
}

double legend_height(const PointSet& set) {
  std::size_t classes = 0;
  for (int i = 0; i < set.count(); ++i) classes = std::max(classes, set.label(i) + 1);
  return static_cast<double>(classes) * line_height;
}

// Where the ground is of one shade from one field to the next, a row of them is one box.
std::string ground_of(const std::vector<double>& said, Says says, const SvgAxes& axes, int columns,
                      int rows) {
  constexpr int grades = 4;                   // of a probability, on each side of 1/2
  using Shade = std::pair<std::size_t, int>;  // class and grade; grade 0: it says nothing
  const auto shade_of = [&](double value) -> Shade {
    if (!std::isfinite(value) || value < 0) return {0, 0};
    if (says == Says::classes) return {static_cast<std::size_t>(value + 0.5), grades};
    const double sure = std::min(std::fabs(value - 0.5) * 2, 1.0);
    return {value < 0.5 ? 0 : 1, 1 + std::min(grades - 1, static_cast<int>(sure * grades))};
  };
  const double width = axes.width / columns;
  const double height = axes.height / rows;
  std::map<Shade, std::string> boxes;
  for (int row = 0; row < rows; ++row)
    for (int first = 0; first < columns;) {
      const auto at = [&](int column) {
        return shade_of(said[static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) +
                             static_cast<std::size_t>(column)]);
      };
      int end = first + 1;
      while (end < columns && at(end) == at(first)) ++end;
      if (at(first).second > 0) {
        const double x = std::round(axes.left + first * width);
        const double y = std::round(axes.top + row * height);
        const double across = std::round(axes.left + end * width) - x;
        // a little over the next row, or lines of the page shine through where it is scaled
        const double down =
            std::round(axes.top + (row + 1) * height) - y + (row + 1 < rows ? 0.4 : 0);
        boxes[at(first)] +=
            fmt::format("M{} {}h{}v{}h-{}z", x, y, across, svg_number(down), across);
      }
      first = end;
    }
  std::string text;
  for (const auto& [shade, path] : boxes)
    text +=
        fmt::format("<path {} fill-opacity=\"{:.2f}\" shape-rendering=\"crispEdges\" d=\"{}\"/>\n",
                    svg_fill(shade.first), 0.08 + 0.08 * shade.second, path);
  return text;
}

SvgAxes page_axes(const Area& area, Axes kind) {
  if (kind == Axes::bare) return plane_axes(area, 8, 8, plot_width);
  double labels = 0;
  for (const double tick : area.y.ticks()) labels = std::max(labels, svg_width(area.y.label(tick)));
  constexpr double width = 480;
  return plane_axes(area, labels + 30, 8, width);
}

// A plot with its legend; `axis_room`: pixels below it.
std::string page_picture(const PointSet& set, const SvgAxes& axes, const std::string& title,
                         double axis_room, const std::string& inner) {
  return svg_picture(axes.left + axes.width + legend_width,
                     axes.top + std::max(axes.height + axis_room, legend_height(set)) + 4, title,
                     inner + dots(set, axes) + legend_of(set, axes));
}

std::string frame_of(const PointSet& set, const SvgAxes& axes, Axes kind) {
  return kind == Axes::bare ? svg_box(axes.left, axes.top, axes.width, axes.height)
                            : svg_axes(axes, set.x_name, set.y_name);
}

constexpr double axis_height = 42;

}  // namespace

std::string scatter_svg(const PointSet& set, const std::string& title, const std::string& caption) {
  check_points(set);
  const SvgAxes axes = plane_axes(area_of(set).value_or(Area{}), plot_left, plot_top, plot_width);
  const double bottom = plot_top + std::max(axes.height, legend_height(set));
  std::string lines;
  double y = bottom + 26;
  for (const std::string& paragraph : lines_of(caption)) {
    for (const std::string& line : wrap_words(paragraph, caption_columns)) {
      lines += svg_text({.x = plot_left, .y = y, .text = line, .size = 13});
      y += line_height;
    }
  }
  const double width = plot_left + plot_width + legend_width;
  return svg_picture(
      width, y, title,
      fmt::format("<rect width=\"{}\" height=\"{}\" fill=\"#ffffff\"/>\n", svg_number(width),
                  svg_number(y)) +
          svg_text({.x = plot_left, .y = 28, .text = title, .soft = false, .size = 17}) +
          svg_box(plot_left, plot_top, plot_width, axes.height) + dots(set, axes) +
          legend_of(set, axes) + lines);
}

std::string points_svg(const PointSet& set, const std::string& title, Axes kind) {
  check_points(set);
  const std::optional<Area> area = area_of(set);
  if (!area) return "";
  const SvgAxes axes = page_axes(*area, kind);
  return page_picture(set, axes, title, kind == Axes::bare ? 0 : axis_height,
                      frame_of(set, axes, kind));
}

std::string boundary_svg(const PointSet& set, const Predictor& predict, Says says,
                         const std::string& title) {
  check_points(set);
  const std::optional<Area> area = area_of(set);
  if (!area) return "";
  constexpr int columns = 160;
  const SvgAxes axes = page_axes(*area, Axes::numbered);
  const int rows = static_cast<int>(std::lround(columns * axes.height / axes.width));
  const std::vector<double> said = predictions(predict, grid({axes.x, axes.y}, columns, rows));
  return page_picture(
      set, axes, title, axis_height,
      ground_of(said, says, axes, columns, rows) + frame_of(set, axes, Axes::numbered));
}

std::string small_boundary_svg(const PointSet& set, const Predictor& predict, Says says,
                               const std::string& title, const std::vector<std::string>& caption) {
  check_points(set);
  constexpr int most_points = 150, columns = 54;
  constexpr double width = 190, text_height = 15;
  PointSet few = set;
  const int step = std::max(1, (set.count() + most_points - 1) / most_points);
  const int count = (set.count() + step - 1) / step;
  few.points.resize(set.points.rows(), count);
  few.labels.clear();
  for (int i = 0; i < count; ++i) {
    few.points.col(i) = set.points.col(i * step);
    if (!set.labels.empty()) few.labels.push_back(static_cast<int>(set.label(i * step)));
  }
  const std::optional<Area> area = area_of(set);
  if (!area) return "";
  const double top = text_height * static_cast<double>(caption.size()) + 6;
  SvgAxes axes{area->x, area->y, 1, top, width, width};
  const std::vector<double> said = predictions(predict, grid({axes.x, axes.y}, columns, columns));
  std::string text;
  for (std::size_t i = 0; i < caption.size(); ++i)
    text += svg_text({.x = 1,
                      .y = text_height * static_cast<double>(i + 1) - 3,
                      .text = fit(caption[i], 30, Style{}),
                      .soft = i > 0,
                      .size = 12});
  return svg_picture(width + 2, top + width + 2, title,
                     text + ground_of(said, says, axes, columns, columns) +
                         svg_box(axes.left, axes.top, axes.width, axes.height) + dots(few, axes));
}

}  // namespace tracer
