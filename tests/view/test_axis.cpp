// The numbers along an axis.
#include <limits>

#include "tests/catch.hpp"
#include "tracer/view/canvas.hpp"

using namespace tracer;

namespace {

std::vector<std::string> labels_of(const Axis& axis) {
  std::vector<std::string> labels;
  for (const double tick : axis.ticks()) labels.push_back(axis.label(tick));
  return labels;
}
using Labels = std::vector<std::string>;

}  // namespace

TEST_CASE("an axis goes from round number to round number, in steps of 1, 2 or 5", "[view][axis]") {
  CHECK(labels_of(make_axis(0.13, 0.97, 5)) == Labels{"0.0", "0.2", "0.4", "0.6", "0.8", "1.0"});
  CHECK(labels_of(make_axis(-30, 95, 4)) == Labels{"-50", "0", "50", "100"});
  CHECK(labels_of(make_axis(0, 3, 3)) == Labels{"0", "1", "2", "3"});
  for (const int most : {2, 3, 5, 8}) {
    for (const double high : {0.3, 1.0, 7.7, 123.0, 4e5}) {
      CAPTURE(most, high);
      const Axis axis = make_axis(-high / 3, high, most);
      CHECK(axis.low <= -high / 3);
      CHECK(axis.high >= high);
      CHECK(axis.ticks().size() <= static_cast<std::size_t>(most) + 1);
    }
  }
}

TEST_CASE("a single value stands inside its axis", "[view][axis]") {
  for (const double value : {0.0, 5.0, -1e-3, 1e20}) {
    CAPTURE(value);
    const Axis axis = make_axis(value, value, 4);
    CHECK(axis.low < value);
    CHECK(value < axis.high);
    CHECK(axis.ticks().size() >= 2);
  }
}

TEST_CASE("labels have the decimals of the step, and never a minus before 0", "[view][axis]") {
  CHECK(Axis{0, 1, 0.05}.label(0.5) == "0.50");
  CHECK(Axis{-1, 1, 1}.label(-0.0) == "0");
  CHECK(Axis{0, 4e6, 2e6}.label(2e6) == "2e+06");
  CHECK(Axis{2, 6, 1}.share(3) == 0.25);
}

TEST_CASE("what is infinite, or as good as, fits no axis", "[view][axis]") {
  CHECK(fits_axis(-1e299));
  CHECK_FALSE(fits_axis(1e300));
  CHECK_FALSE(fits_axis(-std::numeric_limits<double>::infinity()));
  CHECK_FALSE(fits_axis(std::numeric_limits<double>::quiet_NaN()));
}

TEST_CASE("counted things begin with 1 and go on in round steps", "[view][axis]") {
  CHECK(count_ticks(20, 5) == std::vector<int>{1, 5, 10, 15, 20});
  CHECK(count_ticks(3, 5) == std::vector<int>{1, 2, 3});
  CHECK(count_ticks(1, 5) == std::vector<int>{1});
  CHECK(count_ticks(std::numeric_limits<int>::max(), 2).size() <= 4);
}
