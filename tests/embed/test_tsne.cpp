// t-SNE as a whole: clusters that there are, the same picture every time, and sets that are too small.
#include <cmath>

#include "tests/catch.hpp"
#include "tests/embed/clouds.hpp"
#include "tracer/embed/judge.hpp"
#include "tracer/embed/tsne.hpp"
#include "tracer/error.hpp"

using namespace tracer;
using namespace tracer::embed;
using Catch::Matchers::WithinRel;

namespace {

TsneOptions steps(int iterations, std::uint64_t seed = 0) {
  TsneOptions options;
  options.iterations = iterations;
  options.seed = seed;
  return options;
}

}  // namespace

TEST_CASE("clusters that are apart are apart in the picture", "[embed][tsne]") {
  const Cloud far = clouds(60, 400, 4, 20);
  const Tsne made = tsne(far.points, steps(500));
  CHECK(made.perplexity == 30);
  CHECK(neighbour_accuracy(made.points, far.labels) == 1);
  CHECK(made.kl > 0);
  CHECK(made.kl < 1);
  CHECK(made.kl == divergence_of(far.points, made.points, steps(500)));
}

TEST_CASE("more steps make KL smaller, and theta hardly matters", "[embed][tsne]") {
  const Cloud cloud = clouds(10, 300, 3, 4);
  const double early = tsne(cloud.points, steps(300)).kl;
  const double late = tsne(cloud.points, steps(1000)).kl;
  CHECK(late < early);
  TsneOptions exact = steps(1000);
  exact.theta = 0;
  CHECK_THAT(tsne(cloud.points, exact).kl, WithinRel(late, 0.05));
}

TEST_CASE("the same seed gives the same picture for every number of threads", "[embed][tsne]") {
  const Array<float> points = clouds(70, 333, 3, 3).points;
  const Tsne one = tsne(points, steps(120));
  for (const int count : {1, 2, 3, 8}) {
    const Threads team(count);
    const Tsne more = tsne(points, steps(120));
    CHECK((more.points == one.points).all());
    CHECK(more.kl == one.kl);
  }
  CHECK_FALSE((tsne(points, steps(120, 5)).points == one.points).all());
}

TEST_CASE("small sets are drawn with the perplexity that they can have", "[embed][tsne]") {
  for (const int n : {4, 5, 8, 13, 30}) {
    const Tsne made = tsne(clouds(6, n, 2, 5).points, steps(1000));
    CAPTURE(n);
    CHECK(made.perplexity == (n - 1) / 3.0);
    CHECK(made.points.isFinite().all());
    CHECK(made.kl >= 0);
    CHECK(made.points.abs().maxCoeff() < 1000);  // nothing has flown off
    CHECK(made.points.abs().maxCoeff() > 0.1F);  // nor fallen together
  }
}

TEST_CASE("samples of one number, and equal ones, are drawn in the plane", "[embed][tsne]") {
  const Array<float> line = clouds(1, 100, 1, 0).points;
  const Tsne made = tsne(line, steps(500));
  CHECK(made.points.isFinite().all());
  CHECK(made.points.row(1).abs().maxCoeff() > 0.1F);  // the second coordinate has come to be used
  Array<float> twice = clouds(9, 100, 1, 0).points;
  twice.rightCols(50) = twice.leftCols(50);
  CHECK(tsne(twice, steps(500)).points.isFinite().all());
}

TEST_CASE("what no picture can be made of is an error", "[embed][tsne]") {
  CHECK_THROWS_WITH(tsne(clouds(5, 3, 1, 0).points, steps(10)),
                    "t-SNE needs 4 samples or more, and there are 3; fewer are all neighbours of "
                    "one another");
  CHECK_THROWS_WITH(tsne(Array<float>::Constant(4, 20, 3), steps(10)),
                    "all 20 samples are equal, so there is nothing that a picture could show");
}

TEST_CASE("every step is told", "[embed][tsne]") {
  TsneOptions options = steps(7);
  std::vector<int> told;
  options.after_step = [&](int step) { told.push_back(step); };
  tsne(clouds(5, 40, 1, 0).points, options);
  CHECK(told == std::vector<int>{1, 2, 3, 4, 5, 6, 7});
}
