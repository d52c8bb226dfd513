#include <cmath>

#include "datasets/circles.hpp"
#include "tests/catch.hpp"

using namespace tracer;

namespace {

double radius(const Dataset& made, Eigen::Index k) {
  return std::hypot(static_cast<double>(made.features(0, k)),
                    static_cast<double>(made.features(1, k)));
}

}  // namespace

TEST_CASE("without shuffling and noise the circles are make_circles'", "[circles]") {
  Circles wanted;
  wanted.n = 8;
  wanted.factor = 0.5;
  wanted.shuffle = false;
  const Dataset made = circles(wanted);
  Array<float> points(2, 8);
  points << 1, 0, -1, 0, 0.5F, 0, -0.5F, 0,  //
      0, 1, 0, -1, 0, 0.5F, 0, -0.5F;
  CHECK((made.features - points).abs().maxCoeff() < 1e-7F);
  Array<float> labels(1, 8);
  labels << 0, 0, 0, 0, 1, 1, 1, 1;
  CHECK((made.targets == labels).all());
}

TEST_CASE("the label says which circle a point is on", "[circles]") {
  Circles wanted;
  wanted.n = 101;
  wanted.factor = 0.4;
  const Dataset made = circles(wanted);
  int inner = 0;
  for (Eigen::Index k = 0; k < 101; ++k) {
    const bool is_inner = made.targets(0, k) == 1;
    inner += is_inner ? 1 : 0;
    CHECK(std::abs(radius(made, k) - (is_inner ? 0.4 : 1)) < 1e-6);
  }
  CHECK(inner == 51);  // of an odd number the inner circle has one more
}

TEST_CASE("noise moves every coordinate by its standard deviation", "[circles]") {
  Circles wanted;
  wanted.n = 20'000;
  const Dataset clean = circles(wanted);
  wanted.noise = 0.1;
  const Dataset noisy = circles(wanted);
  CHECK((clean.targets == noisy.targets).all());
  const double deviation =
      std::sqrt(static_cast<double>((noisy.features - clean.features).square().mean()));
  CHECK(std::abs(deviation - 0.1) < 0.0018);  // five deviations of 0.1/√(2·40000)
}

TEST_CASE("circles are shuffled, and depend on seed and stream", "[circles]") {
  Circles wanted;
  const Dataset first = circles(wanted);
  CHECK((first.features == circles(wanted).features).all());
  CHECK(first.targets(0, 0) + first.targets(0, 1) + first.targets(0, 2) + first.targets(0, 3) +
            first.targets(0, 4) >
        0);
  wanted.seed = 1;
  CHECK(!(first.features == circles(wanted).features).all());
  wanted.seed = 0;
  wanted.stream = "test circles";
  CHECK(!(first.features == circles(wanted).features).all());
}

TEST_CASE("one point is a circle", "[circles]") {
  Circles wanted;
  wanted.n = 1;
  CHECK(circles(wanted).features.cols() == 1);
}

TEST_CASE("circles draw the same numbers as they always did", "[circles]") {
  Circles wanted;
  wanted.n = 1000;
  wanted.factor = 0.4;
  wanted.noise = 0.05;
  wanted.seed = 7;
  const Dataset made = circles(wanted);
  // From the first version of this generator, printed with %.9g: lessons rely on these draws.
  CHECK(std::abs(made.features(0, 0) - 0.558940291F) < 1e-7F);
  CHECK(std::abs(made.features(1, 0) - 0.728768528F) < 1e-7F);
  CHECK(std::abs(made.features(0, 999) + 0.411992401F) < 1e-7F);
  CHECK(std::abs(made.features(1, 999) + 0.0653107241F) < 1e-7F);
  CHECK(made.targets(0, 0) == 0);
  CHECK(made.targets(0, 999) == 1);
  CHECK(made.classes == std::vector<std::string>{"0", "1"});
}
