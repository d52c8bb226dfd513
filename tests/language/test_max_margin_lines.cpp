// w, b = max_margin(x, y) in a lesson. The mathematics has tests of its own: tests/margin.
#include "tests/catch.hpp"
#include "tests/derive/page_of.hpp"
#include "tests/language/elaborated.hpp"

using namespace tracer;
using tracer::has;

namespace {

constexpr const char* four = "data x, y in ([1, 0], 1), ([0, 1], 1), ([2, 0], -1), ([1, 1], -1)\n";
constexpr const char* rest = "w, b = max_margin(x, y)\nf = w.T @ x + b\nL = hinge(f, y)\n";

}  // namespace

TEST_CASE("max_margin: two parameters from one line, with the working", "[elaborate][margin]") {
  const std::string page = test::page_of(std::string(four) + rest);
  CHECK(has(page, "w = ⎡−2⎤    b = 3"));
  CHECK(has(page, "Solved: α1 = 2, α2 = 2, α4 = 4, b = 3."));
  CHECK(has(page, "Margin 1/‖w‖ = 1/√8."));
  CHECK(has(page, "x3 = (2, 0): −1, distance 1/√8 (on the margin, α = 0)"));
}

TEST_CASE("max_margin: what has no such hyperplane is one mistake, with the proof",
          "[elaborate][margin]") {
  CHECK(
      mistakes("data x, y in ([0,0], 1), ([1,1], 1), ([1,0], -1), ([0,1], -1)\n" +
               std::string(rest)) ==
      "test.lesson:2:8: error: the classes can't be separated: (1/2, 1/2) lies between samples of "
      "either class: it is 1/2·(0, 0) + 1/2·(1, 1) of class +1 and 1/2·(1, 0) + 1/2·(0, 1) of −1\n"
      "  2 | w, b = max_margin(x, y)\n"
      "    |        ^~~~~~~~~~~~~~~~\n"
      "  take a sample away, or train with hinge, which allows for mistakes");
  CHECK(has(mistakes("data x, y in ([0,0], 1), ([1,1], 1)\n" + std::string(rest)),
            "no point has the label -1; a margin lies between two classes"));
  CHECK(has(mistakes(std::string(four) + "w, b, c = max_margin(x, y)\nL = hinge(w.T @ x + b, y)\n"),
            "one line can't name several values"));
}
