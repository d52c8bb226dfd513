// The hyperplane of a small set, against the conditions that it is defined by, exactly.
#include <algorithm>
#include <random>

#include "tests/catch.hpp"
#include "tracer/error.hpp"
#include "tracer/margin/max_margin.hpp"

namespace tracer {
namespace {

using Points = std::vector<LabelledPoint>;

/// "" where the conditions of Karush, Kuhn and Tucker hold, else which does not.
std::string wrong_with(const Points& points, const Hyperplane& plane) {
  std::vector<Rational> sum(points[0].x.size());
  Rational balance = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Rational& alpha = plane.multipliers.at(i);
    const Rational margin = points[i].y * decision_value(plane, points[i].x);
    if (alpha < 0) return "a multiplier is negative";
    if (margin < 1) return "a point lies inside the margin";
    if (alpha > 0 && margin != 1) return "a multiplier off the margin";
    balance += alpha * points[i].y;
    for (std::size_t c = 0; c < sum.size(); ++c) sum[c] += alpha * points[i].y * points[i].x[c];
  }
  if (balance != 0) return "the multipliers don't balance";
  return sum == plane.w ? "" : "w is not the sum of the support vectors";
}

/// "" where the weights prove that the classes can't be separated.
std::string wrong_with(const Points& points, const NotSeparable& proof) {
  std::vector<Rational> sum(points[0].x.size());
  Rational balance = 0;
  Rational total = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Rational& weight = proof.weights.at(i);
    if (weight < 0) return "a weight is negative";
    total += weight;
    balance += weight * points[i].y;
    for (std::size_t c = 0; c < sum.size(); ++c) sum[c] += weight * points[i].y * points[i].x[c];
  }
  if (total != 1) return "the weights don't sum to 1";
  if (balance != 0) return "the weights don't balance";
  return std::ranges::all_of(sum, [](const Rational& entry) { return entry == 0; })
             ? ""
             : "the hulls don't meet there";
}

Hyperplane plane_of(const Points& points) { return std::get<Hyperplane>(max_margin(points)); }

NotSeparable proof_of(const Points& points) { return std::get<NotSeparable>(max_margin(points)); }

const Points six{{{1, 0}, 1}, {{0, 1}, 1}, {{2, 0}, -1}, {{1, 1}, -1}, {{0, 0}, 1}, {{2, 2}, -1}};

}  // namespace

TEST_CASE("max_margin: the hand calculation with six points", "[margin]") {
  const Hyperplane plane = plane_of(six);
  CHECK(plane.w == std::vector<Rational>{-2, -2});
  CHECK(plane.b == 3);
  CHECK(wrong_with(six, plane) == "");
  CHECK_FALSE(plane.unique);  // (1,0), (0,1), (2,0), (1,1) are a parallelogram
  CHECK(plane.multipliers[4] == 0);
  CHECK(plane.multipliers[5] == 0);
  CHECK(decision_value(plane, {2, 2}) == -5);
}

TEST_CASE("max_margin: points on a line", "[margin]") {
  const Points line{{{1}, 1}, {{2}, 1}, {{3}, -1}, {{4}, -1}};
  CHECK(plane_of(line).w == std::vector<Rational>{-2});
  CHECK(plane_of(line).b == 5);
  CHECK(plane_of(line).unique);
  const Points collinear{{{0, 0}, 1}, {{1, 1}, 1}, {{2, 2}, -1}};
  CHECK(plane_of(collinear).w == std::vector<Rational>{-1, -1});
  CHECK(plane_of(collinear).b == 3);
  CHECK(wrong_with(collinear, plane_of(collinear)) == "");
  const Points between{{{0, 0}, 1}, {{1, 1}, -1}, {{2, 2}, 1}};
  CHECK(proof_of(between).weights == std::vector<Rational>{{1, 4}, {1, 2}, {1, 4}});
  CHECK(proof_of(between).meeting_point == std::vector<Rational>{1, 1});
}

TEST_CASE("max_margin: a point given twice leaves the hyperplane, not the multipliers",
          "[margin]") {
  const Points twice{{{0, 0}, 1}, {{0, 0}, 1}, {{2, 0}, -1}};
  const Hyperplane plane = plane_of(twice);
  CHECK(plane.w == std::vector<Rational>{-1, 0});
  CHECK(plane.b == 1);
  CHECK_FALSE(plane.unique);
  CHECK(wrong_with(twice, plane) == "");
}

TEST_CASE("max_margin: classes that can't be separated are proved to be so", "[margin]") {
  const Points both{{{3, 1}, 1}, {{0, 0}, 1}, {{3, 1}, -1}};
  CHECK(proof_of(both).weights == std::vector<Rational>{{1, 2}, 0, {1, 2}});
  CHECK(proof_of(both).meeting_point == std::vector<Rational>{3, 1});
  const Points exclusive{{{0, 0}, -1}, {{1, 1}, -1}, {{1, 0}, 1}, {{0, 1}, 1}};  // xor
  CHECK(proof_of(exclusive).meeting_point == std::vector<Rational>{{1, 2}, {1, 2}});
  CHECK(wrong_with(exclusive, proof_of(exclusive)) == "");
}

TEST_CASE("max_margin: random sets meet the conditions exactly", "[margin]") {
  std::mt19937 draw(20261130);
  const auto entry = [&] { return Rational(static_cast<int>(draw() % 13) - 6, 1 + draw() % 3); };
  int separable = 0;
  int proved = 0;
  for (int trial = 0; trial < 240; ++trial) {
    CAPTURE(trial);
    const std::size_t dimensions = 1 + draw() % 3;
    Points points(2 + draw() % 6);
    for (std::size_t i = 0; i < points.size(); ++i) {
      for (std::size_t c = 0; c < dimensions; ++c) points[i].x.push_back(entry());
      points[i].y = i == 0 || (i > 1 && draw() % 2 == 0) ? 1 : -1;
    }
    const auto found = max_margin(points);
    CHECK(std::visit([&](const auto& made) { return wrong_with(points, made); }, found) == "");
    ++(std::holds_alternative<Hyperplane>(found) ? separable : proved);
  }
  CHECK(separable > 40);
  CHECK(proved > 40);
}

TEST_CASE("max_margin: the conditions that are tested can fail", "[margin]") {
  const Hyperplane right = plane_of(six);
  Hyperplane moved = right;
  moved.b -= Rational(1, 100);
  CHECK(wrong_with(six, moved) == "a point lies inside the margin");
  Hyperplane narrow = right;
  for (Rational& entry : narrow.w) entry *= 2;
  narrow.b *= 2;
  CHECK(wrong_with(six, narrow) == "a multiplier off the margin");
  Hyperplane idle = right;
  idle.multipliers.assign(six.size(), 0);
  CHECK(wrong_with(six, idle) == "w is not the sum of the support vectors");
  Hyperplane uneven = right;
  uneven.multipliers[0] += 1;
  CHECK(wrong_with(six, uneven) == "the multipliers don't balance");
  uneven.multipliers[0] = -1;
  CHECK(wrong_with(six, uneven) == "a multiplier is negative");
  NotSeparable claimed{{{1, 2}, 0, {1, 2}, 0, 0, 0}, {}};
  CHECK(wrong_with(six, claimed) == "the hulls don't meet there");
}

TEST_CASE("max_margin: what it can't do it says", "[margin]") {
  CHECK_THROWS_WITH(max_margin({}), "max_margin: there are no points");
  CHECK_THROWS_WITH(max_margin({{{1}, 1}, {{2}, 1}}),
                    "max_margin: no point has the label -1; a margin lies between two classes");
  CHECK_THROWS_WITH(max_margin({{{1}, 1}, {{2, 3}, -1}}),
                    "max_margin: a point has 2 entries, the first has 1");
  CHECK_THROWS_WITH(max_margin({{{1}, 2}}), "max_margin: a label is 2, expected 1 or -1");
  CHECK_THROWS_WITH(max_margin(six, 20),
                    "max_margin: 6 points in 2 dimensions have more than 20 subsets to be tried; "
                    "leave out points that are far from the other class");
  CHECK(signed_labels({1, 0, 1}) == std::vector<int>{1, -1, 1});
  CHECK(signed_labels({1, -1}) == std::vector<int>{1, -1});
  CHECK_THROWS_WITH(signed_labels({0, -1}),
                    "max_margin: a label is -1; write the classes as 1 and -1, or 1 and 0");
}

}  // namespace tracer
