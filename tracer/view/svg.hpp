// The pieces that pictures in SVG are put together from. Each says its colours twice: as attributes,
// for a file of its own, and by a class, so that a page can have them otherwise in the dark
// (render/html_style.hpp). Next: chart_svg.hpp, lines; heat_map_svg.hpp; scatter_svg.hpp;
// picture_svg.hpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tracer/text/style.hpp"
#include "tracer/view/canvas.hpp"

namespace tracer {

/// Of a picture in SVG: `class` and colour of a line, or of what is filled, of that class or series.
std::string svg_stroke(std::size_t which);
std::string svg_fill(std::size_t which);
inline constexpr std::string_view svg_axis = "class=\"axis\" stroke=\"#808080\"",
                                  svg_grid = "class=\"grid\" stroke=\"#dcdcdc\"";

/// Where a text's x is.
enum class Anchor { start, middle, end };

struct SvgText {
  double x = 0, y = 0;  ///< of its baseline
  std::string text;     ///< names out of files are made harmless
  Anchor anchor = Anchor::start;
  bool soft = true;  ///< of what stands beside the numbers: axes, legends
  int size = 12;
  int turned = 0;  ///< degrees, clockwise, about (x, y)
};
std::string svg_text(const SvgText&);
std::string svg_line(double x0, double y0, double x1, double y1, std::string_view paint);
/// A box that nothing is filled in.
std::string svg_box(double x, double y, double width, double height);

/// How wide a text comes out, about, of 12 pixels.
double svg_width(std::string_view text);

/// A coordinate to a tenth of a pixel, in as few characters as that takes.
std::string svg_number(double x);

/// An `<svg>` element with a `<title>`, of that size or smaller. `role`: "group" where there are links
/// in it, which a picture can't have.
std::string svg_picture(double width, double height, std::string_view title,
                        const std::string& inner, std::string_view role = "img");

/// Names with a mark before each, in rows that are at most `room` wide. `mark` draws into a space 26
/// pixels wide, from its left at the middle of the line.
struct SvgLegend {
  std::string drawn;
  double height = 0;
};
template <class Mark>
SvgLegend svg_legend(const auto& names, double left, double top, double room, const Mark& mark) {
  constexpr double line = 18, mark_width = 26, gap = 16;
  SvgLegend legend;
  double x = left;
  double y = top + line / 2;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const double width = mark_width + 6 + svg_width(names[i]);
    if (x > left && x + width > left + room) {
      x = left;
      y += line;
    }
    legend.drawn +=
        mark(i, x, y) + svg_text({.x = x + mark_width + 6, .y = y + 4, .text = names[i]});
    x += width + gap;
  }
  if (!legend.drawn.empty()) legend.height = y + line / 2 - top;
  return legend;
}

/// Both axes of a plot, as their numbers have it; a grid behind. The plot's upper left corner is
/// (left, top).
struct SvgAxes {
  Axis x = {}, y = {};
  double left = 0, top = 0, width = 0, height = 0;
  struct Tick {
    double at = 0;
    std::string text = {};
  };
  std::vector<Tick> x_ticks = {};  ///< in place of the numbers of x, where there are some

  double to_x(double value) const { return left + x.share(value) * width; }
  double to_y(double value) const { return top + (1 - y.share(value)) * height; }
};
std::string svg_axes(const SvgAxes&, std::string_view x_name, std::string_view y_name);

}  // namespace tracer
