// The forces are KL's gradient: against differences of KL as it is defined, computed here anew.
#include <cmath>

#include "tests/catch.hpp"
#include "tests/embed/clouds.hpp"
#include "tracer/embed/forces.hpp"

using namespace tracer;
using namespace tracer::embed;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

namespace {

// P as a whole matrix.
Matrix<double> whole(const Affinities& p) {
  const auto n = static_cast<Eigen::Index>(p.count());
  Matrix<double> matrix = Matrix<double>::Zero(n, n);
  for (Eigen::Index i = 0; i < n; ++i) {
    for (auto at = p.begins[static_cast<std::size_t>(i)];
         at < p.begins[static_cast<std::size_t>(i) + 1]; ++at)
      matrix(i, p.numbers[at]) += static_cast<double>(p.values[at]);
  }
  return matrix;
}

double z_of(const Matrix<double>& y) {
  double z = 0;
  for (Eigen::Index i = 0; i < y.cols(); ++i)
    for (Eigen::Index j = 0; j < y.cols(); ++j)
      if (i != j) z += 1 / (1 + (y.col(i) - y.col(j)).squaredNorm());
  return z;
}

// Σ p log(p/q), term by term.
double kl_of(const Matrix<double>& p, const Matrix<double>& y) {
  const double z = z_of(y);
  double kl = 0;
  for (Eigen::Index i = 0; i < y.cols(); ++i)
    for (Eigen::Index j = 0; j < y.cols(); ++j) {
      if (!(p(i, j) > 0)) continue;
      const double q = 1 / (1 + (y.col(i) - y.col(j)).squaredNorm()) / z;
      kl += p(i, j) * std::log(p(i, j) / q);
    }
  return kl;
}

struct Scene {
  Affinities p;
  Matrix<double> y;
  std::vector<float> xs, ys, pairs;

  explicit Scene(int n)
      : p(affinities(nearest(clouds(6, n, 2, 3).points, 12), 4)),
        y(clouds(2, n, 1, 0, 9).points.cast<double>().matrix() * 3) {
    for (Eigen::Index k = 0; k < n; ++k) {
      pairs.push_back(static_cast<float>(y(0, k)));
      pairs.push_back(static_cast<float>(y(1, k)));
      xs.push_back(static_cast<float>(y(0, k)));
      ys.push_back(static_cast<float>(y(1, k)));
    }
    for (Eigen::Index k = 0; k < n; ++k) {
      y(0, k) = static_cast<double>(xs[static_cast<std::size_t>(k)]);
      y(1, k) = static_cast<double>(ys[static_cast<std::size_t>(k)]);
    }
  }
};

}  // namespace

TEST_CASE("KL and Z are those of the definition", "[embed][forces]") {
  for (const int n : {20, 64, 133, 300}) {
    const Scene scene(n);
    const Divergence made = divergence(scene.p, scene.xs, scene.ys);
    CHECK_THAT(made.z, WithinRel(z_of(scene.y), 1e-6));
    CHECK_THAT(made.kl, WithinRel(kl_of(whole(scene.p), scene.y), 1e-5));
  }
}

TEST_CASE("four times pull less push over Z is KL's gradient", "[embed][forces]") {
  const Scene scene(50);
  const Matrix<double> p = whole(scene.p);
  Quadtree tree;
  tree.build(scene.xs, scene.ys);
  Vectors pulls;
  Vectors pushes;
  const double z = push(tree, 0, pushes);
  pull(scene.p, scene.pairs, pulls);
  CHECK_THAT(z, WithinRel(z_of(scene.y), 1e-5));
  for (Eigen::Index k = 0; k < 50; ++k) {
    for (const Eigen::Index axis : {0, 1}) {
      constexpr double h = 1e-4;  // a central difference errs by h² ≈ 1e-8
      Matrix<double> moved = scene.y;
      moved(axis, k) += h;
      const double above = kl_of(p, moved);
      moved(axis, k) -= 2 * h;
      const double slope = (above - kl_of(p, moved)) / (2 * h);
      const auto at = static_cast<std::size_t>(k);
      const double pulled = static_cast<double>(axis == 0 ? pulls.x[at] : pulls.y[at]);
      const double pushed = static_cast<double>(axis == 0 ? pushes.x[at] : pushes.y[at]);
      CHECK_THAT(4 * (pulled - pushed / z), WithinAbs(slope, 2e-6));
    }
  }
}

TEST_CASE("squares far away stand for their points, the better the smaller theta",
          "[embed][forces]") {
  const Scene scene(2000);
  Quadtree tree;
  tree.build(scene.xs, scene.ys);
  Vectors exact;
  const double z = push(tree, 0, exact);
  double before = 1;
  for (const double theta : {0.7, 0.5, 0.2}) {
    Vectors near;
    const double rough = push(tree, theta, near);
    CHECK_THAT(rough, WithinRel(z, 0.02));
    double wrong = 0;
    double all = 0;
    for (std::size_t k = 0; k < 2000; ++k) {
      wrong += std::pow(static_cast<double>(near.x[k] - exact.x[k]), 2) +
               std::pow(static_cast<double>(near.y[k] - exact.y[k]), 2);
      all += std::pow(static_cast<double>(exact.x[k]), 2) +
             std::pow(static_cast<double>(exact.y[k]), 2);
    }
    const double error = std::sqrt(wrong / all);
    CHECK(error < before);
    CHECK(error < 0.05);
    before = error;
  }
}

TEST_CASE("points at one place do not push each other", "[embed][forces]") {
  const std::vector<float> x{1, 1, 1, 5};
  const std::vector<float> y{2, 2, 2, 2};
  Quadtree tree;
  tree.build(x, y);
  Vectors pushes;
  const double z = push(tree, 0.5, pushes);
  CHECK_THAT(z, WithinRel(6 + 6.0 / 17, 1e-6));
  CHECK_THAT(static_cast<double>(pushes.x[0]), WithinRel(-4.0 / 289, 1e-6));
  CHECK_THAT(static_cast<double>(pushes.x[3]), WithinRel(3 * 4.0 / 289, 1e-6));
  CHECK(pushes.y == std::vector<float>(4, 0));
}

TEST_CASE("forces are the same for every number of threads", "[embed][forces]") {
  const Scene scene(500);
  Quadtree tree;
  tree.build(scene.xs, scene.ys);
  Vectors pulls;
  Vectors pushes;
  const double z = push(tree, 0.5, pushes);
  pull(scene.p, scene.pairs, pulls);
  const Divergence judged = divergence(scene.p, scene.xs, scene.ys);
  for (const int count : {2, 3, 6}) {
    const Threads team(count);
    Vectors more;
    CHECK(push(tree, 0.5, more) == z);
    CHECK((more.x == pushes.x && more.y == pushes.y));
    pull(scene.p, scene.pairs, more);
    CHECK((more.x == pulls.x && more.y == pulls.y));
    CHECK(divergence(scene.p, scene.xs, scene.ys).kl == judged.kl);
  }
}
