// Exact as a scalar of Eigen: what the rules write compiles over it and is exact.
#include "tests/catch.hpp"
#include "tracer/number/eigen.hpp"

namespace tracer {

namespace {

/// Entries (3i − 2j + 1)/(i + j + 1): fractions of both signs.
Matrix<Exact> fractions(Eigen::Index rows, Eigen::Index columns) {
  Matrix<Exact> a(rows, columns);
  for (Eigen::Index i = 0; i < rows; ++i)
    for (Eigen::Index j = 0; j < columns; ++j)
      a(i, j) = Exact(Rational(3 * i - 2 * j + 1, i + j + 1));
  return a;
}

bool overlap(const Exact& a, const Exact& b) { return a.enclosure(256).overlaps(b.enclosure(256)); }

}  // namespace

TEST_CASE("Eigen over Exact: products are exact, small and large", "[number][eigen]") {
  for (const Eigen::Index n : {1, 2, 5, 33}) {  // from about 20 on, Eigen blocks and packs
    CAPTURE(n);
    const Matrix<Exact> a = fractions(n, n + 1);
    const Matrix<Exact> b = fractions(n + 1, n + 2);
    const Matrix<Exact> c = a * b;
    const Matrix<Exact> d = a.transpose() * a;
    bool right = true;
    for (Eigen::Index i = 0; i < n; ++i) {
      for (Eigen::Index j = 0; j < n + 2; ++j) {
        Rational sum = 0;
        for (Eigen::Index k = 0; k <= n; ++k) sum += a(i, k).rational() * b(k, j).rational();
        right = right && c(i, j).rational() == sum;
      }
    }
    CHECK(right);
    CHECK(d == d.transpose());
  }
}

TEST_CASE("Eigen over Exact: a product with irrational entries keeps them enclosed",
          "[number][eigen]") {
  const Matrix<Exact> a = fractions(3, 4);
  const Matrix<Exact> e = a.array().exp().matrix();
  const Matrix<Exact> c = e * a.transpose();
  Exact sum = 0;
  for (Eigen::Index k = 0; k < 4; ++k) sum += exp(a(1, k)) * a(2, k);
  CHECK(overlap(c(1, 2), sum));
}

TEST_CASE("Eigen over Exact: arithmetic of arrays with integer literals", "[number][eigen]") {
  const Array<Exact> a = fractions(3, 2).array();
  const Array<Exact> b = (1 - a * a) / 2 + a - 3 * a;
  const Exact x = a(2, 1);
  CHECK(b(2, 1) == (1 - x * x) / 2 + x - 3 * x);
  const Array<Exact> c = -a + 1;
  CHECK(c(2, 1) == 1 - x);
  const Array<Exact> d = a * Exact(Rational(1, 3));
  CHECK(d(2, 1) == x / 3);
  Array<Exact> e = a;
  e += a;
  e *= a;
  CHECK(e(2, 1) == 2 * x * x);
  CHECK((a > 0).count() == 5);
  CHECK((a > 0).select(a, 0 * a)(0, 1) == 0);
}

TEST_CASE("Eigen over Exact: functions entry by entry", "[number][eigen]") {
  Array<Exact> a(1, 3);
  a << Exact(0), Exact(1), Exact(4);
  const Array<Exact> e = a.exp();
  CHECK(e(0) == 1);
  CHECK(overlap(e(1), exp(Exact(1))));
  CHECK(overlap(Array<Exact>((a + 1).log())(2), log(Exact(5))));
  CHECK(Array<Exact>(a.sqrt())(2) == 2);
  CHECK(Array<Exact>((-a).abs())(2) == 4);
  CHECK(Array<Exact>(a.tanh())(0) == 0);
  CHECK(Array<Exact>(a.logistic())(0) == Exact(1) / 2);
  CHECK(overlap(Array<Exact>(a.logistic())(2), sigmoid(4)));
  CHECK(Array<Exact>(a.square())(2) == 16);
  CHECK(Array<Exact>(a.max(1))(0) == 1);
  CHECK(Array<Exact>(a.unaryExpr([](const Exact& x) { return step(x); }))(1) == 1);
  CHECK(a.cast<double>()(2) == 4.0);
  CHECK((a > 0).cast<Exact>().sum() == 2);
  CHECK(Array<Exact>(a.sin())(0) == 0);
  CHECK(Array<Exact>((a + 1).inverse())(2) == Exact(1) / 5);
}

TEST_CASE("Eigen over Exact: reductions and replicas", "[number][eigen]") {
  const Matrix<Exact> a = fractions(2, 3);
  CHECK(a.sum() == a(0, 0) + a(0, 1) + a(0, 2) + a(1, 0) + a(1, 1) + a(1, 2));
  CHECK(a.mean() == a.sum() / 6);
  CHECK(a.maxCoeff() == 2);
  CHECK(a.minCoeff() == -1);
  CHECK(a.squaredNorm() == (a.array() * a.array()).sum());
  const Matrix<Exact> rows = a.rowwise().sum();
  CHECK(rows(1, 0) == a(1, 0) + a(1, 1) + a(1, 2));
  const Matrix<Exact> columns = a.colwise().maxCoeff();
  CHECK(columns(0, 0) == 2);
  const Matrix<Exact> wide = rows.replicate(1, 4);
  CHECK(wide(1, 3) == rows(1, 0));
  CHECK(Matrix<Exact>::Zero(2, 2).sum() == 0);
  CHECK(Matrix<Exact>::Ones(2, 2).sum() == 4);
  CHECK(Matrix<Exact>::Constant(2, 2, Exact(1) / 2).sum() == 2);
  CHECK(Matrix<Exact>::Identity(3, 3).trace() == 3);
}

}  // namespace tracer
