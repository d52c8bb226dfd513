// Intervals and tests against published or recomputed figures.
#include <array>
#include <cmath>
#include <vector>

#include "tests/catch.hpp"
#include "tracer/sweep/statistics.hpp"

namespace tracer {

TEST_CASE("the interval of a mean is Student's", "[sweep][statistics]") {
  // t(4) at 0.975 is 2.776445105; the deviation of 1 ... 5 is √2.5
  const std::array values{1.0, 2.0, 3.0, 4.0, 5.0};
  const auto interval = interval_of_mean(values);
  REQUIRE(interval);
  CHECK(std::abs(interval->low - (3 - 1.963243161)) < 1e-8);
  CHECK(std::abs(interval->high - (3 + 1.963243161)) < 1e-8);
  CHECK_FALSE(interval_of_mean(std::vector<double>{1.0}));
  CHECK(deviation_of(std::vector<double>{2.0, 2.0}) == 0);
}

TEST_CASE("of folds the interval is wider: their training sets overlap", "[sweep][statistics]") {
  // √(1/5 + 1/4) in place of √(1/5)
  const std::array values{1.0, 2.0, 3.0, 4.0, 5.0};
  const auto interval = interval_of_mean(values, {.folds = 5});
  REQUIRE(interval);
  CHECK(std::abs(interval->high - (3 + 2.944864742)) < 1e-8);
}

TEST_CASE("Wilson's interval", "[sweep][statistics]") {
  // 5 of 10: 0.2366 and 0.7634 (Newcombe 1998 has such tables); 98 % of 10,000 test digits
  CHECK(std::abs(wilson(0.5, 10).low - (0.2366)) < 5e-5);
  CHECK(std::abs(wilson(0.5, 10).high - (0.7634)) < 5e-5);
  CHECK(std::abs(wilson(0.98, 10'000).low - (0.977066)) < 5e-7);
  CHECK(std::abs(wilson(0.98, 10'000).high - (0.982565)) < 5e-7);
  CHECK(wilson(1, 20).high == 1);
}

TEST_CASE("McNemar's exact test", "[sweep][statistics]") {
  CHECK(std::abs(mcnemar(10, 2) - (2 * (1 + 12 + 66) / 4096.0)) < 1e-12);
  CHECK(mcnemar(2, 10) == mcnemar(10, 2));
  CHECK(mcnemar(0, 0) == 1);
  CHECK(mcnemar(4, 4) == 1);
}

}  // namespace tracer
