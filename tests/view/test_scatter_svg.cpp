// Points as an SVG: well formed, in their place and colour.
#include <cmath>

#include "tests/catch.hpp"
#include "tests/view/svg_text.hpp"
#include "tracer/error.hpp"
#include "tracer/view/scatter_svg.hpp"

using namespace tracer;

namespace {

PointSet three_points() {
  PointSet set;
  set.points.resize(2, 3);
  set.points << 0, 10, 10, 0, 0, 10;
  set.labels = {0, 1, 1};
  set.classes = {"left & down", "<right>"};
  return set;
}

}  // namespace

TEST_CASE("an SVG has title, points, legend and caption", "[view][svg]") {
  const std::string svg = scatter_svg(three_points(), "A1 \"and\" more", "one line\nanother");
  CHECK(is_well_formed(svg));
  CHECK(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 "));
  for (const char* text : {"A1 &quot;and&quot; more</text>", "left &amp; down</text>",
                           "&lt;right&gt;</text>", ">one line</text>", ">another</text>"})
    CHECK(has(svg, text));
  CHECK(times("h.01", svg) == 3);
  // each class has its colour in dots and legend
  CHECK(times("stroke=\"#1f77b4\"", svg) == 1);
  CHECK(times("stroke=\"#ff7f0e\"", svg) == 2);  // in two of the twentieths
  CHECK(times("fill=\"#1f77b4\"", svg) == 1);
}

TEST_CASE("both axes have one scale, and up is up", "[view][svg]") {
  const std::string svg = scatter_svg(three_points(), "", "");
  const auto place = [&](int which) {
    std::size_t at = svg.find("d=\"M");
    for (int k = 0; k < which; ++k) at = svg.find("d=\"M", at + 1);
    std::size_t used = 0;
    const double x = std::stod(svg.substr(at + 4), &used);
    return std::pair(x, std::stod(svg.substr(at + 4 + used)));
  };
  const auto [x0, y0] = place(0);
  const auto [x1, y1] = place(1);
  const auto [x2, y2] = place(2);
  CHECK(x1 > x0);
  CHECK(y1 == y0);
  CHECK(x2 == x1);
  CHECK(y2 < y1);
  CHECK(std::abs((x1 - x0) - (y1 - y2)) < 0.2);
}

TEST_CASE("points that are none are left out of an SVG", "[view][svg]") {
  PointSet set = three_points();
  set.points(0, 0) = NAN;
  const std::string svg = scatter_svg(set, "t", "");
  CHECK(times("h.01", svg) == 2);
  CHECK_FALSE(has(svg, "left"));
  set.points.setConstant(NAN);
  CHECK(is_well_formed(scatter_svg(set, "t", "")));
  set.points.resize(3, 1);
  CHECK_THROWS_AS(scatter_svg(set, "t", ""), Error);
}

TEST_CASE("the ground of a boundary has a shade for each class, and no line between its rows",
          "[view][svg]") {
  const Predictor right_half = [](const Array<float>& points) {
    std::vector<double> said;
    for (Eigen::Index k = 0; k < points.cols(); ++k) said.push_back(points(0, k) > 5 ? 1 : 0);
    return said;
  };
  const std::string svg = boundary_svg(three_points(), right_half, Says::classes, "b");
  CHECK(is_well_formed(svg));
  CHECK(times("h.01", svg) == 3);
  CHECK(times("fill-opacity=", svg) == 2);
  CHECK(has(svg, "class=\"f1\" fill=\"#ff7f0e\" fill-opacity=\"0.40\""));
  // every row has one box of each class: 160 fields across, as many down
  CHECK(times("z", svg.substr(svg.find("d=\"M"))) >= 320);
  CHECK(has(svg, ">x1</text>"));
  const Predictor unsure = [](const Array<float>& points) {
    return std::vector<double>(static_cast<std::size_t>(points.cols()), NAN);
  };
  CHECK_FALSE(has(boundary_svg(three_points(), unsure, Says::classes, "b"), "fill-opacity"));
  const Predictor too_few = [](const Array<float>&) { return std::vector<double>{1}; };
  CHECK_THROWS_AS(boundary_svg(three_points(), too_few, Says::classes, "b"), Error);
}

TEST_CASE("points on a page have numbers on their axes, or none", "[view][svg]") {
  CHECK(has(points_svg(three_points(), "t", Axes::numbered), ">10</text>"));
  const std::string bare = points_svg(three_points(), "t", Axes::bare);
  CHECK_FALSE(has(bare, ">10</text>"));
  CHECK(is_well_formed(bare));
  PointSet none = three_points();
  none.points.setConstant(NAN);
  CHECK(points_svg(none, "t", Axes::bare).empty());
}
