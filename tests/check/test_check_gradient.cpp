// check_gradient for anybody's code: right gradients pass in one line of Catch2, wrong ones are
// told with both values, kinks are said to be kinks.
#include <array>
#include <cmath>
#include <limits>
#include <sstream>

#include <Eigen/Core>

#include "tests/catch.hpp"
#include "tracer/check/check_gradient.hpp"
#include "tracer/error.hpp"

using tracer::check_gradient;
using Outcome = tracer::GradientEntry::Outcome;

namespace {

double rosenbrock(const std::vector<double>& x) {
  return 100 * std::pow(x[1] - x[0] * x[0], 2) + std::pow(1 - x[0], 2);
}
std::vector<double> rosenbrock_gradient(const std::vector<double>& x) {
  return {-400 * x[0] * (x[1] - x[0] * x[0]) - 2 * (1 - x[0]), 200 * (x[1] - x[0] * x[0])};
}

}  // namespace

TEST_CASE("check_gradient: a right gradient passes, in one line", "[check][check_gradient]") {
  const std::vector<double> x{-1.2, 1.0};
  CHECK(check_gradient(rosenbrock, rosenbrock_gradient, x));
  CHECK(check_gradient(rosenbrock, rosenbrock_gradient, std::vector<double>{1, 1}));  // its minimum
}

TEST_CASE("check_gradient: Eigen vectors, arrays, matrices, std::array and spans",
          "[check][check_gradient]") {
  const Eigen::VectorXd x = Eigen::VectorXd::LinSpaced(5, -1, 2);
  const auto f = [](const Eigen::VectorXd& v) { return v.array().exp().sum(); };
  CHECK(check_gradient(
      f, [](const Eigen::VectorXd& v) { return v.array().exp().matrix(); }, x));
  // filled in place of returned
  CHECK(check_gradient(
      f, [](const Eigen::VectorXd& v, Eigen::VectorXd& g) { g = v.array().exp(); }, x));
  const Eigen::MatrixXd m = Eigen::MatrixXd::Identity(2, 3);
  CHECK(check_gradient([](const Eigen::MatrixXd& a) { return a.squaredNorm(); },
                       [](const Eigen::MatrixXd& a) { return Eigen::MatrixXd(2 * a); }, m));
  const std::array<double, 2> fixed{0.5, 2};
  CHECK(check_gradient([](const std::array<double, 2>& a) { return a[0] * a[1]; },
                       [](const std::array<double, 2>& a) {
                         return std::array{a[1], a[0]};
                       },
                       fixed));
  const std::vector<double> numbers{0.5, 2, 3};
  const auto of_span = [](std::span<const double> v) { return std::sin(v[0]) * v[1] + v[2]; };
  const auto into_span = [](std::span<const double> v, std::span<double> g) {
    g[0] = std::cos(v[0]) * v[1];
    g[1] = std::sin(v[0]);
    g[2] = 1;
  };
  CHECK(check_gradient(of_span, into_span, std::span<const double>(numbers)));
}

TEST_CASE("check_gradient: numbers that are only looked at stay what they are",
          "[check][check_gradient]") {
  std::array<double, 3> numbers{1, 2, 3};
  const Eigen::Map<Eigen::VectorXd> map(numbers.data(), 3);
  CHECK(check_gradient([](const Eigen::VectorXd& x) { return x.squaredNorm(); },
                       [](const Eigen::VectorXd& x) { return 2 * x; }, map));
  CHECK(numbers == std::array<double, 3>{1, 2, 3});
}

TEST_CASE("check_gradient: a wrong entry is named, with both values", "[check][check_gradient]") {
  const std::vector<double> x{0.3, -0.7, 2};
  const auto f = [](const std::vector<double>& v) { return v[0] * v[1] + std::exp(v[2]); };
  const auto wrong = [](const std::vector<double>& v) {
    return std::vector<double>{v[1], -v[0], std::exp(v[2])};
  };
  const tracer::GradientCheck check = check_gradient(f, wrong, x);
  CHECK_FALSE(check.passed());
  CHECK_FALSE(static_cast<bool>(check));
  REQUIRE(check.entries().size() == 3);
  CHECK(check.entries()[0].outcome == Outcome::right);
  CHECK(check.entries()[1].outcome == Outcome::wrong);
  CHECK(check.entries()[1].yours == -0.3);
  CHECK(std::abs(check.entries()[1].numeric - 0.3) < 1e-12);
  CHECK(check.entries()[2].outcome == Outcome::right);
  std::ostringstream printed;
  printed << check;
  CHECK(printed.str() == "\n" + check.table());
  CHECK(check.table().find("WRONG") != std::string::npos);
  CHECK(check.table().ends_with("2 of 3 entries are right\n"));
}

TEST_CASE("check_gradient: a part in a million off is found, rounding is not",
          "[check][check_gradient]") {
  const std::vector<double> x{0.3, 12.5};
  const auto f = [](const std::vector<double>& v) { return std::tanh(v[0]) * std::log(v[1]); };
  const auto gradient_times = [](double factor) {
    return [factor](const std::vector<double>& v) {
      const double t = std::tanh(v[0]);
      return std::vector<double>{factor * (1 - t * t) * std::log(v[1]), factor * t / v[1]};
    };
  };
  CHECK(check_gradient(f, gradient_times(1), x));
  CHECK(check_gradient(f, gradient_times(1 + 1e-13), x));
  CHECK_FALSE(check_gradient(f, gradient_times(1 + 1e-6), x));
  CHECK_FALSE(check_gradient(f, gradient_times(1 - 1e-6), x));
  CHECK(check_gradient(f, gradient_times(1 + 1e-6), x, {.least = 1e-5}));
}

TEST_CASE("check_gradient: values of any size", "[check][check_gradient]") {
  for (const double size : {1e-30, 1e-8, 1.0, 1e8, 1e30}) {
    CAPTURE(size);
    const std::vector<double> x{size, 2 * size};
    const auto f = [](const std::vector<double>& v) { return v[0] * v[1]; };
    CHECK(check_gradient(
        f,
        [](const auto& v) {
          return std::vector<double>{v[1], v[0]};
        },
        x));
    CHECK_FALSE(check_gradient(
        f,
        [](const auto& v) {
          return std::vector<double>{v[1], 1.01 * v[0]};
        },
        x));
  }
}

TEST_CASE("check_gradient: at a kink any value between the slopes will do",
          "[check][check_gradient]") {
  const auto f = [](const std::vector<double>& v) { return std::max(0.0, 3 * v[0]) + v[1]; };
  const auto claim = [](double slope) {
    return [slope](const std::vector<double>&) { return std::vector<double>{slope, 1}; };
  };
  const std::vector<double> corner{0, 1};
  for (const double between : {0.0, 1.5, 3.0}) {
    const auto check = check_gradient(f, claim(between), corner);
    CHECK(check);
    CHECK(check.entries()[0].outcome == Outcome::kink);
    CHECK(check.entries()[0].left == 0);
    CHECK(check.entries()[0].right == 3);
    CHECK(check.table().find("a kink") != std::string::npos);
  }
  CHECK_FALSE(check_gradient(f, claim(-0.1), corner));
  CHECK_FALSE(check_gradient(f, claim(3.1), corner));
  // beside the kink it is none, however near
  for (const double near : {1e-2, 1e-4, 1e-6}) {
    CAPTURE(near);
    CHECK(check_gradient(f, claim(3), std::vector<double>{near, 1}));
    CHECK_FALSE(check_gradient(f, claim(0), std::vector<double>{near, 1}));
    CHECK(check_gradient(f, claim(0), std::vector<double>{-near, 1}));
  }
}

TEST_CASE("check_gradient: NaN and infinity are named, on either side", "[check][check_gradient]") {
  const auto f = [](const std::vector<double>& v) { return v[0] * v[0] + v[1]; };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double bad : {nan, infinity, -infinity}) {
    const auto check = check_gradient(
        f,
        [bad](const auto& v) {
          return std::vector<double>{2 * v[0], bad};
        },
        std::vector<double>{1, 2});
    CHECK_FALSE(check);
    CHECK(check.entries()[0].outcome == Outcome::right);
    CHECK(check.entries()[1].outcome == Outcome::not_finite);
    CHECK(check.table().find("NOT FINITE") != std::string::npos);
  }
  const auto nowhere = [nan](const std::vector<double>&) { return nan; };
  const auto check = check_gradient(
      nowhere, [](const auto& v) { return v; }, std::vector<double>{1});
  CHECK_FALSE(check);
  CHECK(check.table().find("f is not finite here") != std::string::npos);
}

TEST_CASE("check_gradient: the edge of a domain is not crossed by every step",
          "[check][check_gradient]") {
  // ln x has no value beyond 0, which the first steps reach
  const auto f = [](const std::vector<double>& v) { return std::log(v[0]); };
  const auto df = [](const std::vector<double>& v) { return std::vector<double>{1 / v[0]}; };
  for (const double x : {1e-1, 1e-3, 1e-5}) CHECK(check_gradient(f, df, std::vector<double>{x}));
}

TEST_CASE("check_gradient: what is too rough to tell does not pass", "[check][check_gradient]") {
  // a staircase: its differences are 0 or jumps
  const auto f = [](const std::vector<double>& v) { return std::floor(1e9 * v[0]) * 1e-3; };
  CHECK_FALSE(check_gradient(
      f, [](const auto&) { return std::vector<double>{0}; }, std::vector<double>{0.3}));
}

TEST_CASE("check_gradient: nothing, one, and a sample of many", "[check][check_gradient]") {
  const auto f = [](const std::vector<double>& v) {
    double sum = 0;
    for (const double x : v) sum += x * x;
    return sum;
  };
  const auto df = [](const std::vector<double>& v) {
    std::vector<double> g;
    for (const double x : v) g.push_back(2 * x);
    return g;
  };
  CHECK(check_gradient(f, df, std::vector<double>{}));
  CHECK(check_gradient(f, df, std::vector<double>{3}));
  const std::vector<double> many(1000, 0.5);
  const auto check = check_gradient(f, df, many, {.entries = 20, .seed = 3});
  CHECK(check);
  CHECK(check.entries().size() == 20);
  CHECK(check.size() == 1000);
  CHECK(check.table().ends_with("20 of 20 entries are right (a sample of 1000)\n"));
}

TEST_CASE("check_gradient: a gradient of another length is an error", "[check][check_gradient]") {
  const auto f = [](const std::vector<double>& v) { return v[0]; };
  CHECK_THROWS_WITH(
      check_gradient(
          f, [](const auto&) { return std::vector<double>{1}; }, std::vector<double>{1, 2}),
      "check_gradient: the gradient has 1 entries, the point 2");
}
