// See plane.hpp.
#include "tracer/view/plane.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/text/cells.hpp"
#include "tracer/view/canvas.hpp"

namespace tracer {
namespace {

constexpr int widest = 72;
constexpr int highest = 24;
constexpr int lowest = 8;
/// Lines under the cells: the axis and its numbers.
constexpr int below = 2;

int labels_width(const Axis& axis) {
  int width = 0;
  for (const double tick : axis.ticks()) width = std::max(width, display_width(axis.label(tick)));
  return width;
}

}  // namespace

bool PointSet::is_finite(int point) const {
  return std::isfinite(points(0, point)) && std::isfinite(points(1, point));
}

void check_points(const PointSet& set) {
  if (set.count() > 0 && set.points.rows() != 2)
    throw Error(
        fmt::format("a picture of points needs 2 features a sample, got {}", set.points.rows()));
  if (!set.labels.empty() && set.labels.size() != static_cast<std::size_t>(set.count()))
    throw Error(fmt::format("a picture of {} points needs as many classes, got {}", set.count(),
                            set.labels.size()));
  for (const int label : set.labels)
    if (label < 0) throw Error(fmt::format("a class in a picture of points is {}", label));
}

std::optional<Area> area_of(const PointSet& set) {
  constexpr int steps = 6;
  constexpr float infinity = std::numeric_limits<float>::infinity();
  float low[2] = {infinity, infinity};
  float high[2] = {-infinity, -infinity};
  for (int i = 0; i < set.count(); ++i) {
    if (!set.is_finite(i)) continue;
    for (const int side : {0, 1}) {
      low[side] = std::min(low[side], set.points(side, i));
      high[side] = std::max(high[side], set.points(side, i));
    }
  }
  if (low[0] > high[0]) return std::nullopt;
  const auto axis = [&](int side) {
    const auto from = static_cast<double>(low[side]);
    const auto to = static_cast<double>(high[side]);
    const double room = (to - from) / 12;
    Axis out = make_axis(from - room, to + room, steps);
    if (room > 1e-9 * std::max(std::fabs(from), std::fabs(to))) {  // else the axis chose its room
      out.low = from - room;
      out.high = to + room;
    }
    return out;
  };
  return Area{axis(0), axis(1)};
}

Frame::Frame(const Area& area, const Style& style) : area_(area), canvas_(0, 0) {
  const int label_width = labels_width(area_.y);
  left_ = label_width + 2;
  columns_ = std::min(usable_width(style), widest) - left_;
  const double ratio = (area_.y.high - area_.y.low) / (area_.x.high - area_.x.low);
  // A cell is about twice as high as wide.
  rows_ =
      static_cast<int>(std::lround(std::clamp(columns_ * ratio / 2, 1.0 * lowest, 1.0 * highest)));
  canvas_ = Canvas(left_ + columns_, rows_ + below);

  const auto line = [&](const char* drawn, const char* plain) {
    return style.unicode ? drawn : plain;
  };
  for (int row = 0; row < rows_; ++row) canvas_.write(left_ - 1, row, line("│", "|"), grey);
  for (const double tick : area_.y.ticks()) {
    const int row = std::clamp(static_cast<int>((1 - area_.y.share(tick)) * rows_), 0, rows_ - 1);
    canvas_.write(0, row, pad_left(area_.y.label(tick), label_width), grey);
    canvas_.write(left_ - 1, row, line("┤", "+"), grey);
  }
  canvas_.write(left_ - 1, rows_, line("└", "+"), grey);
  for (int column = 0; column < columns_; ++column)
    canvas_.write(left_ + column, rows_, line("─", "-"), grey);
  int free_from = 0;
  for (const double tick : area_.x.ticks()) {
    const int column =
        std::clamp(static_cast<int>(area_.x.share(tick) * columns_), 0, columns_ - 1);
    const std::string label = area_.x.label(tick);
    const int size = display_width(label);
    const int start =
        std::clamp(left_ + column - size / 2, 0, std::max(left_ + columns_ - size, 0));
    if (start < free_from) continue;
    canvas_.write(left_ + column, rows_, line("┬", "+"), grey);
    canvas_.write(start, rows_ + 1, label, grey);
    free_from = start + size + 1;
  }
}

Frame::Place Frame::cell_of(const PointSet& set, int point, int parts) const {
  const double across = area_.x.share(static_cast<double>(set.points(0, point)));
  const double up = area_.y.share(static_cast<double>(set.points(1, point)));
  const int rows = rows_ * parts;
  return {std::clamp(static_cast<int>(across * columns_), 0, columns_ - 1),
          std::clamp(static_cast<int>((1 - up) * rows), 0, rows - 1)};
}

std::string Frame::text(const PointSet& set, Legend legend, const Style& style) const {
  std::vector<bool> present;
  for (int i = 0; i < set.count(); ++i) {
    if (!set.is_finite(i)) continue;
    if (set.label(i) >= present.size()) present.resize(set.label(i) + 1);
    present[set.label(i)] = true;
  }
  const int room = left_ + columns_;
  std::string line =
      fit(fmt::format("{} right, {} up", clean(set.x_name, style), clean(set.y_name, style)), room,
          style);
  int taken = display_width(line);
  line = coloured(line, grey, style);
  for (std::size_t i = 0; i < present.size(); ++i) {
    if (!present[i] || (set.labels.empty() && set.classes.empty())) continue;
    const std::string name =
        i < set.classes.size() ? clean(set.classes[i], style) : std::to_string(i);
    Canvas mark(legend == Legend::squares ? 3 : 1, 1);
    if (legend == Legend::squares)
      for (int column = 0; column < 3; ++column)
        mark.at(column, 0) = {column == 1 ? U'▀' : U' ', class_bright(i), class_ground(i)};
    else
      mark.at(0, 0) = {class_mark(i, style), class_colour(i), -1};
    constexpr int gap = 3;
    // A name that does not fit in the line gets the next one.
    if (taken + gap + mark.columns() + 1 + display_width(name) > room) {
      line += "\n";
      taken = 0;
    } else {
      line += blanks(gap);
      taken += gap;
    }
    const std::string shown = fit(name, room - mark.columns() - 1, style);
    line += lines_of(mark.text(style)).front() + " " + shown;
    taken += mark.columns() + 1 + display_width(shown);
  }
  return canvas_.text(style) + line + "\n";
}

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
