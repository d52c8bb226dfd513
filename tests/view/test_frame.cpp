// The frame that points in a plane are drawn in.
#include <limits>

#include "tests/catch.hpp"
#include "tests/view/look.hpp"
#include "tracer/view/plane.hpp"

using namespace tracer;

namespace {

PointSet points_at(std::initializer_list<std::pair<float, float>> places) {
  PointSet set;
  set.points.resize(2, static_cast<Eigen::Index>(places.size()));
  Eigen::Index at = 0;
  for (const auto& [x, y] : places) set.points.col(at++) << x, y;
  return set;
}

}  // namespace

TEST_CASE("what is no set of points in the plane is an error", "[view][frame]") {
  PointSet set = points_at({{0, 0}, {1, 1}});
  CHECK_NOTHROW(check_points(set));
  set.labels = {0};
  CHECK_THROWS_WITH(check_points(set), "a picture of 2 points needs as many classes, got 1");
  set.labels = {0, -1};
  CHECK_THROWS_WITH(check_points(set), "a class in a picture of points is -1");
  set.points.resize(3, 2);
  CHECK_THROWS_WITH(check_points(set), "a picture of points needs 2 features a sample, got 3");
}

TEST_CASE("the area holds every finite point, with room on every side", "[view][frame]") {
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  const Area area = *area_of(points_at({{-1, 2}, {3, 4}, {nan, 100}}));
  CHECK(area.x.low < -1);
  CHECK(area.x.high > 3);
  CHECK(area.y.low < 2);
  CHECK((area.y.high > 4 && area.y.high < 5));
  CHECK_FALSE(area_of(points_at({{nan, nan}})));
  CHECK_FALSE(area_of(PointSet{}));
  const Area one = *area_of(points_at({{5, 5}}));
  CHECK((one.x.low < 5 && 5 < one.x.high));
}

TEST_CASE("a frame is no wider than it may be, and both axes have the same unit", "[view][frame]") {
  const Area area = *area_of(points_at({{0, 0}, {10, 10}}));
  for (const int width : {10, 40, 80, 200}) {
    CAPTURE(width);
    const Style style{.width = width};
    const Frame frame(area, style);
    const std::string text = frame.text(points_at({{0, 0}}), Frame::Legend::marks, style);
    CHECK(widest_line(text) <= std::min(usable_width(style), 72));
    CHECK(frame.rows() >= 8);
    CHECK(frame.rows() <= 24);
  }
  const Frame square(area, {.width = 40});
  CHECK(std::abs(square.columns() - 2 * square.rows()) <= 1);  // a cell is twice as high as wide
}

TEST_CASE("points lie where the axes say, in cells or parts of them", "[view][frame]") {
  const PointSet corners = points_at({{0, 0}, {10, 10}, {10, 0}});
  const Area area = *area_of(corners);
  const Frame frame(area, {.width = 40});
  const Frame::Place low = frame.cell_of(corners, 0);
  const Frame::Place high = frame.cell_of(corners, 1);
  const Frame::Place right = frame.cell_of(corners, 2);
  CHECK(low.column < high.column);
  CHECK(low.row > high.row);
  CHECK(right.column == high.column);
  CHECK(right.row == low.row);
  CHECK(std::abs(frame.cell_of(corners, 0, 2).row / 2 - low.row) <= 1);
}

TEST_CASE("the legend names the axes, and each class that has a point", "[view][frame]") {
  PointSet set = points_at({{0, 0}, {1, 1}});
  set.labels = {0, 2};
  set.classes = {"cat", "dog", "猫"};
  const Style style{.width = 60};
  const Frame frame(*area_of(set), style);
  const std::string text = frame.text(set, Frame::Legend::marks, style);
  CHECK(lines_of(text).back() == "x1 right, x2 up   ● cat   ▲ 猫");
  const Style ascii{.width = 60, .unicode = false};
  set.classes = {};
  const std::string plain = Frame(*area_of(set), ascii).text(set, Frame::Legend::marks, ascii);
  CHECK(is_ascii(plain));
  CHECK(lines_of(plain).back() == "x1 right, x2 up   o 0   ^ 2");
}
