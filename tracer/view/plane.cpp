// See plane.hpp.
#include "tracer/view/plane.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "tracer/error.hpp"
#include "tracer/view/class_marks.hpp"

namespace tracer {
namespace {

/// From "surely class 0" to "surely class 1"; the darkest two meet at 1/2.
constexpr std::array probability_grounds{25, 24, 23, 58, 94, 130};

/// Not finite: no class.
bool is_class(double said) { return std::isfinite(said) && said >= 0; }

std::size_t class_said(double said, Says says) {
  if (says == Says::probabilities) return said >= 0.5 ? 1 : 0;
  return static_cast<std::size_t>(said + 0.5);
}

int ground_colour(double said, Says says) {
  if (!is_class(said)) return -1;
  if (says == Says::classes) return class_ground(class_said(said, says));
  const auto count = static_cast<double>(probability_grounds.size());
  const double level = std::clamp(said, 0.0, 1.0) * count;
  return probability_grounds[static_cast<std::size_t>(std::min(level, count - 1))];
}

}  // namespace

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

Array<float> grid(const Area& area, int columns, int rows) {
  Array<float> points(2, static_cast<Eigen::Index>(columns) * rows);
  Eigen::Index at = 0;
  for (int row = 0; row < rows; ++row)
    for (int column = 0; column < columns; ++column, ++at) {
      const double across = (column + 0.5) / columns;
      const double down = (row + 0.5) / rows;
      points(0, at) = static_cast<float>(area.x.low + across * (area.x.high - area.x.low));
      points(1, at) = static_cast<float>(area.y.high - down * (area.y.high - area.y.low));
    }
  return points;
}

std::vector<double> predictions(const Predictor& predict, const Array<float>& points) {
  std::vector<double> said = predict(points);
  if (said.size() != static_cast<std::size_t>(points.cols()))
    throw Error(fmt::format("a decision boundary needs a prediction for each of {} points, got {}",
                            points.cols(), said.size()));
  return said;
}

std::string boundary(const PointSet& set, const Predictor& predict, Says says, const Style& style) {
  check_points(set);
  const auto area = area_of(set);
  if (!area) return "";
  Frame frame(*area, style);
  const int halves =
      style.colour && style.unicode ? 2 : 1;  // fields of a cell, one above the other
  const int rows = halves * frame.rows();
  const std::vector<double> said = predictions(predict, grid(*area, frame.columns(), rows));
  const auto said_at = [&](int column, int row) {
    return said[static_cast<std::size_t>(row) * static_cast<std::size_t>(frame.columns()) +
                static_cast<std::size_t>(column)];
  };
  for (int row = 0; row < frame.rows(); ++row)
    for (int column = 0; column < frame.columns(); ++column) {
      Canvas::Cell& cell = frame.at(column, row);
      if (halves == 2) {
        cell = {U'▀', ground_colour(said_at(column, 2 * row), says),
                ground_colour(said_at(column, 2 * row + 1), says)};
      } else if (style.colour) {
        cell = {U' ', -1, ground_colour(said_at(column, row), says)};
      } else if (is_class(said_at(column, row))) {
        cell.c = ground_mark(class_said(said_at(column, row), says), style);
      }
    }
  for (int i = 0; i < set.count(); ++i) {
    if (!set.is_finite(i)) continue;
    const std::size_t label = set.label(i);
    if (halves == 2) {
      const auto [column, row] = frame.cell_of(set, i, halves);
      Canvas::Cell& cell = frame.at(column, row / 2);
      (row % 2 == 0 ? cell.ink : cell.paper) = class_bright(label);
    } else {
      const auto [column, row] = frame.cell_of(set, i);
      Canvas::Cell& cell = frame.at(column, row);
      cell.c = class_mark(label, style);
      cell.ink = class_bright(label);
    }
  }
  return frame.text(set, halves == 2 ? Frame::Legend::squares : Frame::Legend::marks, style);
}

}  // namespace tracer
