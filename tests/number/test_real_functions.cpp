// The float and double functions that <cmath> lacks, against the same functions over Exact.
#include "tests/catch.hpp"
#include "tracer/number/exact.hpp"
#include "tracer/number/functions.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace tracer {

namespace {

/// The distance from y to the exact value in units of y's last place, where y is normal.
template <class S>
double ulps(S y, const Exact& exact) {
  const S size = std::max(std::abs(y), std::numeric_limits<S>::min());
  const S ulp = std::nextafter(size, std::numeric_limits<S>::infinity()) - size;
  const auto as_exact = [](S x) { return Exact::from_double(static_cast<double>(x)); };
  return std::abs(((as_exact(y) - exact) / as_exact(ulp)).to_double());
}

template <class S>
struct Named {
  const char* name;
  S (*f)(S);
  Exact (*exact)(const Exact&);
};

template <class S>
void agrees_with_exact() {
  const unsigned seed = 5;
  CAPTURE(seed);
  std::mt19937 draw(seed);
  std::vector<S> points{S(-0.0), S(0.5), S(-700), S(-80),   S(-37),
                        S(-13),  S(30),  S(1000), S(-1e-30)};
  for (int i = 0; i < 300; ++i)
    points.push_back(std::normal_distribution<S>(0, i % 2 == 0 ? 2 : 12)(draw));
  for (const auto& [name, f, exact] :
       {Named<S>{"sigmoid", sigmoid<S>, sigmoid}, Named<S>{"softplus", softplus<S>, softplus},
        Named<S>{"normal_cdf", normal_cdf<S>, normal_cdf},
        Named<S>{"normal_pdf", normal_pdf<S>, normal_pdf}, Named<S>{"step", step<S>, step},
        Named<S>{"sign_of", sign_of<S>, sign_of}}) {
    for (const S x : points) {
      CAPTURE(name, x, f(x));
      // glibc's own erfc is off by up to 5 ulp; everything else here stays within 4.
      CHECK(ulps(f(x), exact(Exact::from_double(static_cast<double>(x)))) <=
            (f == normal_cdf<S> ? 6 : 4));
    }
  }
}

template <class S>
void has_its_limits() {
  const S infinity = std::numeric_limits<S>::infinity();
  const S nan = std::numeric_limits<S>::quiet_NaN();
  CHECK(sigmoid(S(-1000)) == 0);
  CHECK(sigmoid(S(1000)) == 1);
  CHECK(sigmoid(-infinity) == 0);
  CHECK(softplus(S(1000)) == 1000);
  CHECK(softplus(S(-1000)) == 0);
  CHECK(softplus(infinity) == infinity);
  CHECK(normal_cdf(infinity) == 1);
  CHECK(normal_cdf(-infinity) == 0);
  CHECK(normal_pdf(-infinity) == 0);
  CHECK(step(S(0)) == 0);
  CHECK(step(S(1e-30)) == 1);
  CHECK(sign_of(S(-0.0)) == 0);
  CHECK(xlogy(S(0), S(0)) == 0);
  CHECK(xlogy(S(0), S(-1)) == 0);
  CHECK(xlogy(S(2), S(0)) == -infinity);
  CHECK(std::isnan(xlogy(S(0), nan)));
  for (const auto f : {sigmoid<S>, softplus<S>, normal_cdf<S>, normal_pdf<S>, step<S>, sign_of<S>})
    CHECK(std::isnan(f(nan)));
}

}  // namespace

TEST_CASE("float functions: within 4 ulp of the exact value", "[number]") {
  agrees_with_exact<float>();
}
TEST_CASE("double functions: within 4 ulp of the exact value", "[number]") {
  agrees_with_exact<double>();
}
TEST_CASE("exp and tanh of a float, computed for many at once, are within 4 ulp of the exact value",
          "[number]") {
  std::mt19937 draw(7);
  std::vector<float> points{-87, -1e-30F, 0, 1e-7F, 0.3F, 0.35F, 9.5F, 10, 88};
  for (int i = 0; i < 300; ++i) points.push_back(std::normal_distribution<float>(0, 9)(draw));
  for (const float x : points) {
    CAPTURE(x);
    const Exact at = Exact::from_double(static_cast<double>(x));
    CHECK(ulps(exp(x), exp(at)) <= 4);
    CHECK(ulps(tanh(x), tanh(at)) <= 4);
  }
  constexpr float infinity = std::numeric_limits<float>::infinity();
  CHECK(exp(-infinity) == 0);
  CHECK(exp(infinity) == infinity);
  CHECK(tanh(infinity) == 1);
  CHECK(tanh(-infinity) == -1);
  CHECK(std::isnan(exp(std::numeric_limits<float>::quiet_NaN())));
  CHECK(std::isnan(tanh(std::numeric_limits<float>::quiet_NaN())));
}
TEST_CASE("float functions: limits, NaN, and no overflow on the way", "[number]") {
  has_its_limits<float>();
}
TEST_CASE("double functions: limits, NaN, and no overflow on the way", "[number]") {
  has_its_limits<double>();
}

}  // namespace tracer
