// See heat_map_svg.hpp.
#include "tracer/view/heat_map_svg.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "tracer/text/cells.hpp"
#include "tracer/view/svg.hpp"

namespace tracer {
namespace {

// So that the page's ink stays readable on it, light or dark.
constexpr double strongest = 0.55;
constexpr int heat_levels = 12;
constexpr std::size_t most_written = 30;

std::vector<std::string> short_names(const std::vector<std::string>& names) {
  std::vector<std::string> all;
  for (const std::string& name : names) all.push_back(fit(name, 24, Style{}));
  return all;
}

double widest_of(const std::vector<std::string>& names) {
  double width = 0;
  for (const std::string& name : names) width = std::max(width, svg_width(name));
  return width;
}

// How large a cell is: as its texts need, or as the picture allows.
struct HeatCells {
  double width = 0, height = 0;
};
HeatCells cells_of(const HeatMap& map) {
  const std::size_t n = map.columns.size();
  if (n > most_written || map.rows.size() > most_written) {
    const double side =
        std::max(2.0, std::floor(640.0 / static_cast<double>(std::max(n, map.rows.size()))));
    return {side, side};
  }
  double text = 0;
  bool below = false;
  for (const auto& row : map.cells)
    for (const HeatCell& cell : row) {
      text = std::max({text, svg_width(cell.text), svg_width(cell.below) * 0.85});
      below = below || !cell.below.empty();
    }
  return {std::max(30.0, text + 10), below ? 38.0 : 30.0};
}

}  // namespace

std::string heat_map_svg(const HeatMap& map) {
  if (map.cells.empty() || map.columns.empty()) return "";
  const HeatCells size = cells_of(map);
  const bool written = map.rows.size() <= most_written && map.columns.size() <= most_written;
  const std::vector<std::string> rows = short_names(map.rows);
  const std::vector<std::string> columns = short_names(map.columns);
  // names that are wider than a column stand upright
  const double column_names = widest_of(columns);
  const bool upright = column_names > size.width - 4;
  const double left = widest_of(rows) + 12 + (map.row_name.empty() ? 0 : 20);
  const double top = 34 + (map.column_name.empty() ? 0 : 18) + (upright ? column_names : 14);
  const double width = size.width * static_cast<double>(columns.size());
  const double height = size.height * static_cast<double>(rows.size());

  // a path of boxes for each shade: the shortest file there is
  std::map<std::pair<bool, int>, std::string> boxes;
  std::string texts;
  for (std::size_t i = 0; i < map.cells.size(); ++i)
    for (std::size_t j = 0; j < map.cells[i].size(); ++j) {
      const HeatCell& cell = map.cells[i][j];
      const double x = left + size.width * static_cast<double>(j);
      const double y = top + size.height * static_cast<double>(i);
      const int level =
          static_cast<int>(std::ceil(std::clamp(cell.strength, 0.0, 1.0) * heat_levels - 1e-9));
      if (level > 0)
        boxes[{cell.bad, level}] +=
            fmt::format("M{} {}h{}v{}h-{}z", svg_number(x), svg_number(y), svg_number(size.width),
                        svg_number(size.height), svg_number(size.width));
      if (!written) continue;
      const double middle = y + size.height / 2 + 4;
      if (!cell.text.empty())
        texts += svg_text({.x = x + size.width / 2,
                           .y = cell.below.empty() ? middle : middle - 6,
                           .text = cell.text,
                           .anchor = Anchor::middle,
                           .soft = false});
      if (!cell.below.empty())
        texts += svg_text({.x = x + size.width / 2,
                           .y = middle + 8,
                           .text = cell.below,
                           .anchor = Anchor::middle,
                           .soft = false,
                           .size = 10});
    }
  std::string inner;
  for (const auto& [which, path] : boxes)
    inner +=
        fmt::format("<path {} fill-opacity=\"{:.3f}\" shape-rendering=\"crispEdges\" d=\"{}\"/>\n",
                    which.first ? "class=\"wrong\" fill=\"#d62728\"" : svg_fill(0),
                    strongest * which.second / heat_levels, path);
  inner += svg_box(left, top, width, height) + texts;

  // of more names than there is room for, every so many
  const auto every = [](double room, double step) {
    return static_cast<std::size_t>(std::max(1.0, std::ceil(room / step)));
  };
  const std::size_t row_step = every(14, size.height);
  const std::size_t column_step = every(14, size.width);
  for (std::size_t i = 0; i < rows.size(); i += row_step)
    inner += svg_text({.x = left - 6,
                       .y = top + size.height * (static_cast<double>(i) + 0.5) + 4,
                       .text = rows[i],
                       .anchor = Anchor::end});
  for (std::size_t j = 0; j < columns.size(); j += column_step) {
    const double x = left + size.width * (static_cast<double>(j) + 0.5);
    inner += upright
                 ? svg_text({.x = x + 4, .y = top - 6, .text = columns[j], .turned = -90})
                 : svg_text({.x = x, .y = top - 6, .text = columns[j], .anchor = Anchor::middle});
  }
  inner += svg_text({.x = left, .y = 20, .text = map.title, .soft = false, .size = 14});
  if (!map.column_name.empty())
    inner += svg_text(
        {.x = left + width / 2, .y = 44, .text = map.column_name, .anchor = Anchor::middle});
  if (!map.row_name.empty())
    inner += svg_text({.x = 14,
                       .y = top + height / 2,
                       .text = map.row_name,
                       .anchor = Anchor::middle,
                       .turned = -90});
  const double right = std::max(left + width, left + 8.2 * display_width(map.title));
  return svg_picture(right + 8, top + height + 8, map.title, inner);
}

std::string confusion_svg(const Metrics& metrics, Cells cells, const std::string& title) {
  constexpr std::size_t most = 300;
  const std::size_t n = metrics.confusion.size();
  if (n == 0 || n > most) return "";
  HeatMap map{.title = title.empty() ? "confusion matrix" : title,
              .row_name = "true",
              .column_name = "predicted"};
  for (std::size_t i = 0; i < n; ++i)
    map.rows.push_back(i < metrics.classes.size() ? metrics.classes[i] : std::to_string(i));
  map.columns = map.rows;
  const auto shares = metrics.confusion_shares(shares_of(cells));
  for (std::size_t i = 0; i < n; ++i) {
    map.cells.emplace_back();
    for (std::size_t j = 0; j < n; ++j) {
      const int count = metrics.confusion[i][j];
      HeatCell cell;
      // The root, because a few per cent of errors are what one looks for.
      cell.strength = i == j ? shares[i][j] : std::sqrt(shares[i][j]);
      cell.bad = i != j;
      if (count > 0) {
        const std::string share = whole_percent(shares[i][j]) + " %";
        cell.text = cells == Cells::counts ? std::to_string(count) : share;
        cell.below = cells == Cells::counts ? share : std::to_string(count);
      }
      map.cells.back().push_back(std::move(cell));
    }
  }
  return heat_map_svg(map);
}

}  // namespace tracer
