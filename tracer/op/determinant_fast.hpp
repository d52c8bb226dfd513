// The slope of det over every number: the matrix of cofactors, c[i,j] = ± the determinant of A
// without row i and column j. It is det(A)·(A⁻¹)ᵀ where A has an inverse, and there where it has
// none.
#pragma once

#include "tracer/op/determinant.hpp"
#include "tracer/op/fast.hpp"

namespace tracer::op {

template <class S>
S cofactor(const ConstView<S>& a, Eigen::Index row, Eigen::Index column) {
  const Eigen::Index n = a.rows();
  const S part = on_workspace<S>(n - 1, n - 1, [&](Array<S>& minor) {
    for (Eigen::Index j = 0; j + 1 < n; ++j)
      for (Eigen::Index i = 0; i + 1 < n; ++i)
        minor(i, j) = a.coeff(i < row ? i : i + 1, j < column ? j : j + 1);
    return determinant_of(minor);
  });
  return (row + column) % 2 == 0 ? part : S(-part);
}

template <class S>
struct Fast<Determinant, S> {
  static void pullback(const With<S>& /*with*/, int /*operand*/, bool first, View<S> x_bar,
                       ConstView<S> y_bar, ConstView<S> /*y*/,
                       std::span<const ConstView<S>> operands) {
    for (Eigen::Index j = 0; j < x_bar.cols(); ++j) {
      for (Eigen::Index i = 0; i < x_bar.rows(); ++i) {
        const S slope = y_bar.coeff(0, 0) * cofactor<S>(operands[0], i, j);
        put<S>(x_bar.coeffRef(i, j), slope, !first);
      }
    }
  }
};

}  // namespace tracer::op
