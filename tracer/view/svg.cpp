// See svg.hpp.
#include "tracer/view/svg.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "tracer/text/cells.hpp"
#include "tracer/text/markup.hpp"

namespace tracer {
namespace {

constexpr std::size_t svg_hues = 10;  // of class_rgb, and of the page's variables

}  // namespace

std::string svg_stroke(std::size_t which) {
  return fmt::format("class=\"l{}\" stroke=\"#{:06x}\"", which % svg_hues, class_rgb(which));
}
std::string svg_fill(std::size_t which) {
  return fmt::format("class=\"f{}\" fill=\"#{:06x}\"", which % svg_hues, class_rgb(which));
}

std::string svg_number(double x) {
  std::string text = fmt::format("{:.1f}", x);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text == "-0" ? "0" : text;
}

double svg_width(std::string_view text) {
  constexpr double letter = 6.9;  // DejaVu Sans, the widest of the fonts that are asked for
  return letter * display_width(text);
}

std::string svg_text(const SvgText& what) {
  constexpr std::array anchors{"", " text-anchor=\"middle\"", " text-anchor=\"end\""};
  const std::string turned = what.turned == 0
                                 ? ""
                                 : fmt::format(" transform=\"rotate({} {} {})\"", what.turned,
                                               svg_number(what.x), svg_number(what.y));
  return fmt::format("<text x=\"{}\" y=\"{}\" font-size=\"{}\" {}{}{}>{}</text>\n",
                     svg_number(what.x), svg_number(what.y), what.size,
                     what.soft ? "class=\"soft\" fill=\"#404040\"" : "fill=\"#202020\"",
                     anchors[static_cast<std::size_t>(what.anchor)], turned,
                     html_escaped(clean(what.text, Style{})));
}

std::string svg_line(double x0, double y0, double x1, double y1, std::string_view paint) {
  return fmt::format("<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" {}/>\n", svg_number(x0),
                     svg_number(y0), svg_number(x1), svg_number(y1), paint);
}

std::string svg_box(double x, double y, double width, double height) {
  return fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"none\" {}/>\n",
                     svg_number(x), svg_number(y), svg_number(width), svg_number(height), svg_grid);
}

std::string svg_picture(double width, double height, std::string_view title,
                        const std::string& inner, std::string_view role) {
  return fmt::format(
             "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
             "height=\"{1}\" role=\"{3}\" font-family=\"DejaVu Sans, Helvetica, sans-serif\">\n"
             "<title>{2}</title>\n",
             svg_number(width), svg_number(height), html_escaped(clean(title, Style{})), role) +
         inner + "</svg>\n";
}

std::string svg_axes(const SvgAxes& axes, std::string_view x_name, std::string_view y_name) {
  const double bottom = axes.top + axes.height;
  const double right = axes.left + axes.width;
  std::string grid;
  std::string numbers;
  for (const double tick : axes.y.ticks()) {
    const double y = axes.to_y(tick);
    if (y < axes.top - 1 || y > bottom + 1) continue;
    grid += svg_line(axes.left, y, right, y, svg_grid);
    numbers += svg_text(
        {.x = axes.left - 7, .y = y + 4, .text = axes.y.label(tick), .anchor = Anchor::end});
  }
  std::vector<SvgAxes::Tick> ticks = axes.x_ticks;
  if (ticks.empty())
    for (const double tick : axes.x.ticks()) ticks.push_back({tick, axes.x.label(tick)});
  for (const SvgAxes::Tick& tick : ticks) {
    const double x = axes.to_x(tick.at);
    if (x < axes.left - 1 || x > right + 1) continue;
    grid += svg_line(x, bottom, x, bottom + 4, svg_axis);
    numbers += svg_text({.x = x, .y = bottom + 18, .text = tick.text, .anchor = Anchor::middle});
  }
  grid += svg_line(axes.left, axes.top, axes.left, bottom, svg_axis);
  grid += svg_line(axes.left, bottom, right, bottom, svg_axis);
  if (!x_name.empty())
    numbers += svg_text({.x = axes.left + axes.width / 2,
                         .y = bottom + 36,
                         .text = std::string(x_name),
                         .anchor = Anchor::middle});
  if (!y_name.empty())
    numbers += svg_text({.x = 14,
                         .y = axes.top + axes.height / 2,
                         .text = std::string(y_name),
                         .anchor = Anchor::middle,
                         .turned = -90});
  return grid + numbers;
}

}  // namespace tracer
