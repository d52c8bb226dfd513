// Principal components against a singular value decomposition, which finds them in another way.
#include <Eigen/SVD>

#include "tests/catch.hpp"
#include "tests/embed/clouds.hpp"
#include "tracer/embed/pca.hpp"

using namespace tracer;
using namespace tracer::embed;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

namespace {

// Axes of different lengths, away from 0.
Array<float> stretched(int d, int n) {
  Array<float> points = clouds(d, n, 1, 0).points;
  for (int i = 0; i < d; ++i)
    points.row(i) = points.row(i) * static_cast<float>(1 + i) + static_cast<float>(100 - i);
  return points;
}

void check_against_svd(const Array<float>& points, Eigen::Index k) {
  Matrix<double> centred = points.cast<double>().matrix();
  centred.colwise() -= centred.rowwise().mean().eval();
  const Eigen::JacobiSVD<Matrix<double>> svd(centred, Eigen::ComputeThinU);
  const Components made = principal_components(points, k);
  REQUIRE(made.axes.cols() == k);
  const double degrees = static_cast<double>(points.cols() - 1);
  double all = 0;
  for (const double sigma : svd.singularValues()) all += sigma * sigma / degrees;
  CHECK_THAT(made.all_variance, WithinRel(all, 1e-12));
  for (Eigen::Index i = 0; i < k; ++i) {
    const double sigma = svd.singularValues()(i);
    CHECK_THAT(made.variances(i, 0), WithinRel(sigma * sigma / degrees, 1e-10));
    CHECK_THAT(made.share(i), WithinRel(sigma * sigma / degrees / all, 1e-10));
    const Eigen::VectorXd axis = svd.matrixU().col(i);
    CHECK_THAT(std::abs(axis.dot(made.axes.col(i))), WithinAbs(1, 1e-10));
    const Eigen::VectorXd scores = made.axes.col(i).transpose() * centred;
    CHECK((scores - made.scores.row(i).transpose()).cwiseAbs().maxCoeff() < 1e-10);
    Eigen::Index largest = 0;
    made.axes.col(i).cwiseAbs().maxCoeff(&largest);
    CHECK(made.axes(largest, i) > 0);
  }
}

}  // namespace

TEST_CASE("principal components are the singular vectors", "[embed][pca]") {
  SECTION("more samples than features") { check_against_svd(stretched(6, 200), 4); }
  SECTION("more features than samples") { check_against_svd(stretched(60, 12), 5); }
  SECTION("more samples than are taken at a time") { check_against_svd(stretched(3, 2500), 3); }
}

TEST_CASE("points on a line have one component, by hand", "[embed][pca]") {
  Array<float> points(2, 3);  // (0, 0), (3, 4), (6, 8): five apart
  points << 0, 3, 6, 0, 4, 8;
  const Components made = principal_components(points, 2);
  CHECK_THAT(made.axes(0, 0), WithinRel(0.6, 1e-14));
  CHECK_THAT(made.axes(1, 0), WithinRel(0.8, 1e-14));
  CHECK_THAT(made.variances(0, 0), WithinRel(25.0, 1e-14));
  CHECK_THAT(made.share(0), WithinRel(1.0, 1e-14));
  CHECK_THAT(made.share(1), WithinAbs(0, 1e-14));
  CHECK_THAT(made.scores(0, 0), WithinRel(-5.0, 1e-14));
  CHECK_THAT(made.scores(0, 2), WithinRel(5.0, 1e-14));
}

TEST_CASE("there are no more components than features, and fewer than samples", "[embed][pca]") {
  CHECK(principal_components(stretched(3, 10), 50).axes.cols() == 3);
  CHECK(principal_components(stretched(30, 5), 50).axes.cols() == 4);
  const Array<float> equal = Array<float>::Constant(5, 3, 7);
  const Components none = principal_components(equal, 2);
  CHECK(none.all_variance == 0);
  CHECK(none.share(0) == 0);
  CHECK(none.scores.isZero());
}

TEST_CASE("components are the same for every number of threads", "[embed][pca]") {
  const Array<float> points = stretched(150, 1500);
  const Components one = principal_components(points, 20);
  for (const int count : {2, 3, 5}) {
    const Threads team(count);
    const Components more = principal_components(points, 20);
    CHECK(more.axes == one.axes);
    CHECK(more.scores == one.scores);
  }
}
