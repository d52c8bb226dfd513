// Scatter plots and decision boundaries.
#include <cmath>
#include <limits>

#include "tests/catch.hpp"
#include "tests/view/look.hpp"
#include "tracer/error.hpp"
#include "tracer/view/plane.hpp"

using namespace tracer;

namespace {

PointSet xor_set() {
  PointSet set;
  set.points.resize(2, 4);
  set.points << 0, 1, 0, 1,  //
      0, 0, 1, 1;
  set.labels = {0, 1, 1, 0};
  set.classes = {"same", "other"};
  return set;
}

std::vector<double> xor_says(const Array<float>& points) {
  std::vector<double> said;
  for (Eigen::Index i = 0; i < points.cols(); ++i)
    said.push_back((points(0, i) > 0.5F) != (points(1, i) > 0.5F) ? 1 : 0);
  return said;
}

}  // namespace

TEST_CASE("a scatter plot has a mark for each class, axes and a legend", "[view]") {
  CHECK(scatter(xor_set(), {.width = 24}) == R"(1.0 ┤ ×               ●
    │
    │
    │
0.5 ┤
    │
    │
    │
    │
0.0 ┤ ●               ×
    └─┬───────┬───────┬─
     0.0     0.5     1.0
x1 right, x2 up   ● same
× other
)");
}

TEST_CASE("without colour the ground of a class is a character", "[view]") {
  CHECK(boundary(xor_set(), xor_says, Says::classes, {.width = 40, .unicode = false}) ==
        R"(    |..................
1.0 +..x...............              o
    |..................
    |..................
    |..................
    |..................
    |..................
    |..................
0.5 +..................
    |                  .................
    |                  .................
    |                  .................
    |                  .................
    |                  .................
    |                  .................
    |                  .................
0.0 +  o               ..............x..
    |                  .................
    +--+--------------+--------------+--
      0.0            0.5            1.0
x1 right, x2 up   o same   x other
)");
}

TEST_CASE("with colour a cell is two fields, samples are bright fields on top", "[view]") {
  int calls = 0;
  const Predictor predict = [&](const Array<float>& points) {
    ++calls;
    CHECK(points.rows() == 2);
    return xor_says(points);
  };
  const auto lines =
      lines_of(boundary(xor_set(), predict, Says::probabilities, {.colour = true, .width = 20}));
  CHECK(calls == 1);
  REQUIRE(lines.size() == 12);
  // Surely 1 at the left (130), surely 0 at the right (25); the samples of row 0 are the lower
  // fields of their cells: paper 223 and 159.
  CHECK(lines[0] ==
        "\x1b[38;5;245m1.0 ┤\x1b[38;5;130m\x1b[48;5;130m▀\x1b[48;5;223m▀\x1b[48;5;130m▀▀▀▀▀▀"
        "\x1b[38;5;25m\x1b[48;5;25m▀▀▀▀▀\x1b[48;5;159m▀\x1b[48;5;25m▀\x1b[0m");
}

TEST_CASE("pictures of points keep to the width, the colour and the characters", "[view]") {
  PointSet set = xor_set();
  set.classes = {"猫",
                 "a class with a very long name indeed, longer than all terminals are wide, "
                 "and then some more of it"};
  for (int width = 20; width <= 200; width += 15)
    for (const bool colour : {false, true})
      for (const bool unicode : {false, true})
        for (const float scale : {1e-30F, 1.0F, 1234567.0F, 1e30F}) {
          CAPTURE(width, colour, unicode, scale);
          PointSet scaled = set;
          scaled.points *= scale;
          const Style style{colour, width, unicode};
          for (const std::string& text :
               {scatter(scaled, style), boundary(scaled, xor_says, Says::classes, style)}) {
            CHECK(widest_line(text) <= width);
            CHECK(has_escapes(text) == colour);
            CHECK((unicode || is_ascii(text)));
          }
        }
}

TEST_CASE("one point, points that are alike, a hundred classes and no labels are drawn", "[view]") {
  PointSet set;
  CHECK(scatter(set, {}).empty());
  set.points = Array<float>::Constant(2, 1, 3);
  CHECK(scatter(set, {}).find("●") != std::string::npos);
  CHECK(scatter(set, {}).find("3.0") != std::string::npos);
  set.points = Array<float>::Constant(2, 100, std::numeric_limits<float>::quiet_NaN());
  CHECK(scatter(set, {}).empty());
  CHECK(boundary(set, xor_says, Says::classes, {}).empty());
  set.points = Array<float>::Zero(2, 100);
  for (int i = 0; i < 100; ++i) {
    set.points(0, i) = static_cast<float>(i);
    set.labels.push_back(i);
  }
  CHECK(widest_line(scatter(set, {.width = 60})) <= 60);
}

TEST_CASE("the class with most points in a cell is drawn there", "[view]") {
  PointSet set;
  set.points = Array<float>::Zero(2, 5);
  set.points.col(4).setOnes();
  set.labels = {0, 1, 1, 0, 0};
  CHECK(lines_of(scatter(set, {.width = 40}))[16].find("●") != std::string::npos);
  set.labels = {0, 1, 1, 1, 0};
  CHECK(lines_of(scatter(set, {.width = 40}))[16].find("×") != std::string::npos);
}

TEST_CASE("what cannot be drawn in a plane is refused", "[view]") {
  PointSet set;
  set.points = Array<float>::Zero(3, 4);
  CHECK_THROWS_WITH(scatter(set, {}), "a picture of points needs 2 features a sample, got 3");
  set = xor_set();
  set.labels.pop_back();
  CHECK_THROWS_WITH(scatter(set, {}), "a picture of 4 points needs as many classes, got 3");
  set = xor_set();
  set.labels[0] = -1;
  CHECK_THROWS_AS(scatter(set, {}), Error);
  const auto none = [](const Array<float>&) { return std::vector<double>{}; };
  CHECK_THROWS_AS(boundary(xor_set(), none, Says::classes, {}), Error);
}

TEST_CASE("a prediction that is not a number leaves the ground bare", "[view]") {
  const auto nan = [](const Array<float>& points) {
    return std::vector<double>(static_cast<std::size_t>(points.cols()), std::nan(""));
  };
  CHECK(boundary(xor_set(), nan, Says::classes, {.width = 40}) ==
        scatter(xor_set(), {.width = 40}));
}
