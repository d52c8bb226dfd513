#include "tracer/view/scatter_svg.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "tracer/text/cells.hpp"

namespace tracer {
namespace {

// Pixels, of a drawing that can be had in any size.
constexpr double plot_left = 16, plot_top = 44, plot_width = 640;
constexpr double least_height = 240, most_height = 640;
constexpr double legend_width = 150, line_height = 18;
constexpr int caption_columns = 105;  // of letters in its size that fit below
constexpr int layers = 20;

std::string in_xml(const std::string& text) {
  std::string out;
  for (const char c : clean(text, Style{})) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string svg_text(double x, double y, int size, const char* colour, const std::string& text) {
  return fmt::format("<text x=\"{}\" y=\"{}\" font-size=\"{}\" fill=\"{}\">{}</text>\n", x, y, size,
                     colour, in_xml(text));
}

// Where a point goes: both axes have the same scale, the middle of the area is that of the plot.
struct Projection {
  double scale, x_middle, y_middle, height;

  explicit Projection(const Area& area) {
    const double across = area.x.high - area.x.low;
    const double up = area.y.high - area.y.low;
    height = std::round(std::clamp(plot_width * up / across, least_height, most_height));
    scale = std::min(plot_width / across, height / up);
    x_middle = (area.x.low + area.x.high) / 2;
    y_middle = (area.y.low + area.y.high) / 2;
  }
  double x(float at) const {
    return plot_left + plot_width / 2 + (static_cast<double>(at) - x_middle) * scale;
  }
  double y(float at) const {
    return plot_top + height / 2 - (static_cast<double>(at) - y_middle) * scale;
  }
};

// A path of short lines with round ends for each class of each layer: the shortest file there is.
std::string dots(const PointSet& set, const Projection& to) {
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
          fmt::format("M{:.1f} {:.1f}h.01", to.x(set.points(0, i)), to.y(set.points(1, i)));
    }
    for (const auto& [label, path] : paths)
      text += fmt::format("<path stroke=\"#{:06x}\" d=\"{}\"/>\n", class_rgb(label), path);
  }
  return text + "</g>\n";
}

std::string legend_of(const PointSet& set) {
  if (set.labels.empty() && set.classes.empty()) return "";
  std::map<std::size_t, int> counts;
  for (int i = 0; i < set.count(); ++i)
    if (set.is_finite(i)) ++counts[set.label(i)];
  constexpr double left = plot_left + plot_width + 16;
  std::string text;
  double y = plot_top + line_height / 2;
  for (const auto& [label, count] : counts) {
    text += fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"5\" fill=\"#{:06x}\"/>\n", left + 5, y,
                        class_rgb(label));
    const std::string name =
        label < set.classes.size() ? set.classes[label] : std::to_string(label);
    text += svg_text(left + 16, y + 4.5, 13, "#404040", fit(name, 18, Style{}));
    y += line_height;
  }
  return text;
}

}  // namespace

std::string scatter_svg(const PointSet& set, const std::string& title, const std::string& caption) {
  check_points(set);
  const Projection to(area_of(set).value_or(Area{}));
  std::size_t classes = 0;
  for (int i = 0; i < set.count(); ++i) classes = std::max(classes, set.label(i) + 1);
  const double legend_height = static_cast<double>(classes) * line_height;
  const double bottom = plot_top + std::max(to.height, legend_height);
  std::string lines;
  double y = bottom + 26;
  for (const std::string& paragraph : lines_of(caption)) {
    for (const std::string& line : wrap_words(paragraph, caption_columns)) {
      lines += svg_text(plot_left, y, 13, "#404040", line);
      y += line_height;
    }
  }
  const double width = plot_left + plot_width + legend_width;
  const double height = y;
  return fmt::format(
             "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
             "height=\"{1}\" role=\"img\" font-family=\"DejaVu Sans, Helvetica, sans-serif\">\n"
             "<title>{2}</title>\n<rect width=\"{0}\" height=\"{1}\" fill=\"#ffffff\"/>\n",
             width, height, in_xml(title)) +
         svg_text(plot_left, 28, 17, "#202020", title) +
         fmt::format(
             "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"none\" "
             "stroke=\"#c8c8c8\"/>\n",
             plot_left, plot_top, plot_width, to.height) +
         dots(set, to) + legend_of(set) + lines + "</svg>\n";
}

}  // namespace tracer
