// See scatter.hpp.
#include "tracer/view/scatter.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "tracer/view/class_marks.hpp"

namespace tracer {

std::string scatter(const PointSet& set, const Style& style) {
  check_points(set);
  const auto area = area_of(set);
  if (!area) return "";
  Frame frame(*area, style);
  std::map<std::pair<int, int>, std::map<std::size_t, int>> cells;  // (column, row): class: points
  for (int i = 0; i < set.count(); ++i) {
    if (!set.is_finite(i)) continue;
    const auto [column, row] = frame.cell_of(set, i);
    ++cells[{column, row}][set.label(i)];
  }
  for (const auto& [place, classes] : cells) {
    const auto most = std::max_element(classes.begin(), classes.end(),
                                       [](auto& a, auto& b) { return a.second < b.second; });
    frame.at(place.first, place.second) = {class_mark(most->first, style),
                                           class_colour(most->first), -1};
  }
  return frame.text(set, Frame::Legend::marks, style);
}

}  // namespace tracer
