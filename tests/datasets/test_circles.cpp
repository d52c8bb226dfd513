#include <cmath>

#include "datasets/circles.hpp"
#include "tests/catch.hpp"

using namespace tracer;

namespace {

double radius(const LabelledPoints& made, Eigen::Index k) {
  return std::hypot(static_cast<double>(made.points(0, k)), static_cast<double>(made.points(1, k)));
}

}  // namespace

TEST_CASE("without shuffling and noise the circles are make_circles'", "[circles]") {
  Circles wanted;
  wanted.n = 8;
  wanted.factor = 0.5;
  wanted.shuffle = false;
  const LabelledPoints made = circles(wanted);
  Array<float> points(2, 8);
  points << 1, 0, -1, 0, 0.5F, 0, -0.5F, 0,  //
      0, 1, 0, -1, 0, 0.5F, 0, -0.5F;
  CHECK((made.points - points).abs().maxCoeff() < 1e-7F);
  Array<float> labels(1, 8);
  labels << 0, 0, 0, 0, 1, 1, 1, 1;
  CHECK((made.labels == labels).all());
}

TEST_CASE("the label says which circle a point is on", "[circles]") {
  Circles wanted;
  wanted.n = 101;
  wanted.factor = 0.4;
  const LabelledPoints made = circles(wanted);
  int inner = 0;
  for (Eigen::Index k = 0; k < 101; ++k) {
    const bool is_inner = made.labels(0, k) == 1;
    inner += is_inner ? 1 : 0;
    CHECK(std::abs(radius(made, k) - (is_inner ? 0.4 : 1)) < 1e-6);
  }
  CHECK(inner == 51);  // of an odd number the inner circle has one more
}

TEST_CASE("noise moves every coordinate by its standard deviation", "[circles]") {
  Circles wanted;
  wanted.n = 20'000;
  const LabelledPoints clean = circles(wanted);
  wanted.noise = 0.1;
  const LabelledPoints noisy = circles(wanted);
  CHECK((clean.labels == noisy.labels).all());
  const double deviation =
      std::sqrt(static_cast<double>((noisy.points - clean.points).square().mean()));
  CHECK(std::abs(deviation - 0.1) < 0.0018);  // five deviations of 0.1/√(2·40000)
}

TEST_CASE("circles are shuffled, and depend on seed and stream", "[circles]") {
  Circles wanted;
  const LabelledPoints first = circles(wanted);
  CHECK((first.points == circles(wanted).points).all());
  CHECK(first.labels(0, 0) + first.labels(0, 1) + first.labels(0, 2) + first.labels(0, 3) +
            first.labels(0, 4) >
        0);
  wanted.seed = 1;
  CHECK(!(first.points == circles(wanted).points).all());
  wanted.seed = 0;
  wanted.stream = "test circles";
  CHECK(!(first.points == circles(wanted).points).all());
}

TEST_CASE("one point is a circle", "[circles]") {
  Circles wanted;
  wanted.n = 1;
  CHECK(circles(wanted).points.cols() == 1);
}
