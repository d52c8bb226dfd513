// Nearest neighbours against all distances in double, where float would be misled too.
#include <algorithm>
#include <utility>

#include "tests/catch.hpp"
#include "tests/embed/clouds.hpp"
#include "tracer/embed/neighbours.hpp"

using namespace tracer;
using namespace tracer::embed;

namespace {

std::vector<int> sorted_by_distance(const Array<float>& points, int own) {
  std::vector<std::pair<double, int>> others;
  for (int j = 0; j < points.cols(); ++j) {
    if (j == own) continue;
    double sum = 0;
    for (int i = 0; i < points.rows(); ++i) {
      const double difference =
          static_cast<double>(points(i, own)) - static_cast<double>(points(i, j));
      sum += difference * difference;
    }
    others.emplace_back(sum, j);
  }
  std::ranges::sort(others);
  std::vector<int> numbers;
  for (const auto& [distance, number] : others) numbers.push_back(number);
  return numbers;
}

// Of every `stride`-th sample.
int wrong_ones(const Array<float>& points, int k, int stride = 1) {
  const Neighbours found = nearest(points, k);
  int wrong = 0;
  for (int i = 0; i < points.cols(); i += stride) {
    std::vector<int> wanted = sorted_by_distance(points, i);
    wanted.resize(static_cast<std::size_t>(k));
    if (!std::ranges::equal(found.of(static_cast<std::size_t>(i)), wanted)) ++wrong;
  }
  return wrong;
}

}  // namespace

TEST_CASE("neighbours are the nearest ones, in order", "[embed][neighbours]") {
  CHECK(wrong_ones(clouds(20, 300, 3, 4).points, 15) == 0);
  CHECK(wrong_ones(clouds(5, 40, 1, 0).points, 39) == 0);
  CHECK(wrong_ones(clouds(2, 500, 2, 8).points, 10) == 0);
  CHECK(wrong_ones(clouds(8, 2, 1, 0).points, 1) == 0);
  CHECK(wrong_ones(clouds(10, 2300, 4, 3).points, 12, 40) ==
        0);  // more than are compared at a time
}

TEST_CASE("what float can't tell apart is compared in double", "[embed][neighbours]") {
  SECTION("far from 0") { CHECK(wrong_ones(clouds(10, 200, 1, 0).points + 3e4F, 5) == 0); }
  SECTION("close together, and one far away") {
    // all are 50 from the mean in each of ten directions: float tells squared distances to some 0.003,
    // which are 20 scale² here
    for (const float scale : {1e-3F, 6e-3F, 1e-2F, 1.5e-2F, 2.5e-2F, 4e-2F}) {
      Array<float> points = clouds(10, 200, 1, 0).points * scale;
      points.col(17) += 1e4F;
      CHECK(wrong_ones(points, 5) == 0);
    }
  }
  SECTION("so large that their squares are no floats") {
    CHECK(wrong_ones(clouds(10, 100, 1, 0).points * 1e25F, 5) == 0);
  }
  SECTION("many that are equal: the lower number first") {
    Array<float> points = clouds(6, 120, 1, 0).points;
    for (int k = 0; k < 120; k += 2) points.col(k) = points.col(0);
    CHECK(wrong_ones(points, 7) == 0);
  }
}

TEST_CASE("some samples can be asked alone", "[embed][neighbours]") {
  const Array<float> points = clouds(7, 90, 2, 3).points;
  const Neighbours all = nearest(points, 4);
  const std::vector<int> asked{3, 88, 41};
  const Neighbours some = nearest(points, 4, asked);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    CHECK(std::ranges::equal(some.of(i), all.of(static_cast<std::size_t>(asked[i]))));
    CHECK(
        std::ranges::equal(some.squared_of(i), all.squared_of(static_cast<std::size_t>(asked[i]))));
  }
}

TEST_CASE("squared distances are those of the points", "[embed][neighbours]") {
  Array<float> points(9, 3);
  points.setZero();
  points(8, 1) = 3;
  points(0, 2) = 4;
  const Neighbours found = nearest(points, 2);
  CHECK(found.numbers == std::vector<int>{1, 2, 0, 2, 0, 1});
  CHECK(found.squared == std::vector<double>{9, 16, 9, 25, 16, 25});
}

TEST_CASE("neighbours are the same for every number of threads", "[embed][neighbours]") {
  const Array<float> points = clouds(33, 700, 3, 2).points;
  const Neighbours one = nearest(points, 20);
  for (const int count : {2, 3, 7}) {
    const Threads team(count);
    const Neighbours more = nearest(points, 20);
    CHECK(more.numbers == one.numbers);
    CHECK(more.squared == one.squared);
  }
}
