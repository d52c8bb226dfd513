// Points as an SVG: well formed, in their place and colour.
#include <algorithm>
#include <cmath>

#include "tests/catch.hpp"
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

std::ptrdiff_t times(const std::string& part, const std::string& text) {
  std::ptrdiff_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

// What opens is closed, in order; no & without its name.
bool is_well_formed(const std::string& text) {
  std::vector<std::string> open;
  for (std::size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at + 1)) {
    const std::size_t end = text.find('>', at);
    if (end == std::string::npos) return false;
    const std::string tag = text.substr(at + 1, end - at - 1);
    if (tag.ends_with('/')) continue;
    if (tag.starts_with('/')) {
      if (open.empty() || open.back() != tag.substr(1)) return false;
      open.pop_back();
    } else {
      open.push_back(tag.substr(0, tag.find(' ')));
    }
  }
  for (std::size_t at = text.find('&'); at != std::string::npos; at = text.find('&', at + 1)) {
    const std::string rest = text.substr(at, 6);
    if (!rest.starts_with("&amp;") && !rest.starts_with("&lt;") && !rest.starts_with("&gt;") &&
        rest != "&quot;")
      return false;
  }
  return open.empty();
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
