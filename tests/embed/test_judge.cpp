// The accuracy of neighbours, by hand.
#include "tests/catch.hpp"
#include "tests/embed/clouds.hpp"
#include "tracer/embed/judge.hpp"

using namespace tracer;
using namespace tracer::embed;
using Catch::Matchers::WithinRel;

TEST_CASE("a sample is judged by its nearest others, not by itself", "[embed][judge]") {
  Array<float> line(1, 6);
  line << 0, 1, 2, 10, 11, 12;
  CHECK(neighbour_accuracy(line, {0, 0, 0, 1, 1, 1}, 1) == 1);
  CHECK(neighbour_accuracy(line, {0, 0, 0, 1, 1, 1}, 2) == 1);
  // alone among others, each class has but the other one beside it
  CHECK(neighbour_accuracy(line, {0, 1, 0, 1, 0, 1}, 1) == 0);
  // 0 and 12 have two of the other class; 1 has one of each, the other class's number before; 2, 10
  // and 11 have one of each, and the nearer one, or the one that stands before, is of their class
  CHECK_THAT(neighbour_accuracy(line, {1, 0, 0, 0, 0, 1}, 2), WithinRel(3.0 / 6, 1e-12));
}

TEST_CASE("of equally many the nearest decides, and few samples are all asked", "[embed][judge]") {
  Array<float> line(1, 3);
  line << 0, 1, 3;
  CHECK_THAT(neighbour_accuracy(line, {0, 0, 1}, 2), WithinRel(2.0 / 3, 1e-12));
  CHECK_THAT(neighbour_accuracy(line, {0, 0, 1}, 10), WithinRel(2.0 / 3, 1e-12));
  CHECK(neighbour_accuracy(line.leftCols(2), {1, 0}, 10) == 0);
}

TEST_CASE("of many samples some are asked, spread over all", "[embed][judge]") {
  const Cloud far = clouds(5, 400, 4, 30);
  CHECK(neighbour_accuracy(far.points, far.labels, 10, 37) == 1);
  std::vector<int> wrong = far.labels;
  for (std::size_t k = 200; k < 400; ++k) wrong[k] = static_cast<int>((k * 7 + 1) % 3) + 4;
  const double asked = neighbour_accuracy(far.points, wrong, 10, 40);
  CHECK(asked > 0.2);
  CHECK(asked < 0.9);
}
