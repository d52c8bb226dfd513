// See frame.hpp.
#include "tracer/view/frame.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "tracer/error.hpp"
#include "tracer/text/cells.hpp"
#include "tracer/text/width.hpp"
#include "tracer/view/class_marks.hpp"

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

}  // namespace tracer
