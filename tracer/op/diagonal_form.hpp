// A square matrix A brought to a diagonal one by Gauss's elimination, of its rows and of its columns,
//
//     R·A·C = D,    det R · det C = s = ±1
//
// each time with the largest entry that is left as the pivot. Of a singular matrix the last pivots are
// 0. The last of all is no divisor, so it may be 0, or an interval that can't be told from 0: of a
// matrix of rank n − 1 nothing needs to be decided. What is a polynomial in the entries of A, as its
// cofactors are, follows from D without a division:
//
//     cof(A) = s·Rᵀ·cof(D)·Cᵀ,    cof(D)[i,i] = the product of all other pivots
//
// for cof(A·B) = cof(A)·cof(B), and cof(R) = det(R)·R⁻ᵀ. Some n³ multiplications, where n² minors take
// n⁵. Why not det(A)·A⁻ᵀ: Stewart 1998, On the adjugate matrix, §1.
#pragma once

#include "tracer/op/elimination.hpp"

namespace tracer::op {

/// Storage for all that is computed on the way, so that over floating point nothing is allocated a
/// second time.
template <class S>
struct DiagonalForm {
  Array<S> rows;         ///< R, n×n
  Array<S> columns;      ///< C, n×n
  Array<S> pivots;       ///< the diagonal of D, n×1
  bool turned = false;   ///< s is −1
  Array<S> of_diagonal;  ///< n×n, zeros: what is said of D, to be filled in
  Array<S> others;       ///< n×1: see products_of_others()
  Array<S> left;         ///< n×n, what is left of A, and later half of a product
};

/// Row and column of the largest entry in size, of rows and columns from k on; row −1 where all are 0.
/// Throws Undecided where one may be 0 and none surely is not.
template <class S>
std::pair<Eigen::Index, Eigen::Index> pivot_from(const Array<S>& a, Eigen::Index k) {
  std::pair<Eigen::Index, Eigen::Index> best{-1, -1};
  Pivot<S> largest;
  for (Eigen::Index j = k; j < a.cols(); ++j)
    for (Eigen::Index i = k; i < a.rows(); ++i)
      if (largest.takes(a(i, j))) best = {i, j};
  largest.require_decided();
  return best;
}

void swap_columns(auto& a, Eigen::Index j, Eigen::Index k) {
  if (j == k) return;
  for (Eigen::Index i = 0; i < a.rows(); ++i) std::swap(a.coeffRef(i, j), a.coeffRef(i, k));
}

template <class S>
void set_to_unit(Array<S>& a, Eigen::Index n) {
  a.setConstant(n, n, S(0));
  for (Eigen::Index i = 0; i < n; ++i) a(i, i) = S(1);
}

template <class S>
void make_diagonal(DiagonalForm<S>& made, const auto& x) {
  const Eigen::Index n = x.rows();
  Array<S>& a = made.left;
  a = x;
  set_to_unit(made.rows, n);
  set_to_unit(made.columns, n);
  made.pivots.setConstant(n, 1, S(0));
  made.of_diagonal.setConstant(n, n, S(0));
  made.turned = false;
  for (Eigen::Index k = 0; k < n; ++k) {
    if (k + 1 < n) {
      const auto [i, j] = pivot_from(a, k);
      if (i < 0) return;  // nothing but zeros is left
      if ((i != k) != (j != k)) made.turned = !made.turned;
      swap_rows(a, i, k);
      swap_rows(made.rows, i, k);
      swap_columns(a, j, k);
      swap_columns(made.columns, j, k);
    }
    made.pivots(k) = a(k, k);
    for (Eigen::Index i = k + 1; i < n; ++i) {
      const S factor = a(i, k) / a(k, k);
      subtract_row(a, i, k, factor, k + 1);
      subtract_row(made.rows, i, k, factor, 0);
    }
    for (Eigen::Index j = k + 1; j < n;
         ++j) {  // of A only row k would change, and that is done with
      const S factor = a(k, j) / a(k, k);
      for (Eigen::Index i = 0; i < n; ++i) made.columns(i, j) -= factor * made.columns(i, k);
    }
  }
}

/// use(the diagonal form of x)
template <class S>
void with_diagonal_form(const auto& x, const auto& use) {
  if constexpr (std::floating_point<S>) {
    thread_local DiagonalForm<S> kept;
    make_diagonal(kept, x);
    use(kept);
  } else {
    DiagonalForm<S> own;
    make_diagonal(own, x);
    use(own);
  }
}

/// made = a·b as matrices; what is surely 0 is passed over, for of R, C and D that is more than half.
template <class S>
void multiply_into(Array<S>& made, const auto& a, const auto& b) {
  made.setConstant(a.rows(), b.cols(), S(0));
  for (Eigen::Index j = 0; j < b.cols(); ++j)
    for (Eigen::Index k = 0; k < b.rows(); ++k) {
      if constexpr (!std::floating_point<S>)
        if (b.coeff(k, j).is_zero_surely()) continue;
      for (Eigen::Index i = 0; i < a.rows(); ++i) made(i, j) += a.coeff(i, k) * b.coeff(k, j);
    }
}

/// y = s·Rᵀ·of_diagonal·Cᵀ: what is said of D said of A.
template <class S>
void turn_back(auto& y, DiagonalForm<S>& form) {
  multiply_into(form.left, form.of_diagonal, form.columns.transpose());
  multiply_into(form.of_diagonal, form.rows.transpose(), form.left);
  for (Eigen::Index j = 0; j < y.cols(); ++j)
    for (Eigen::Index i = 0; i < y.rows(); ++i)
      y.coeffRef(i, j) = form.turned ? S(-form.of_diagonal(i, j)) : form.of_diagonal(i, j);
}

/// others[i] = the product of all pivots but the i-th and the one left out (−1: of all but the i-th); of
/// the one left out 0.
template <class S>
void products_of_others(DiagonalForm<S>& form, Eigen::Index left_out = -1) {
  const Eigen::Index n = form.pivots.size();
  form.others.setConstant(n, 1, S(0));
  S before(1), after(1);
  for (Eigen::Index i = 0; i < n; ++i) {
    if (i == left_out) continue;
    form.others(i) = before;
    before *= form.pivots(i);
  }
  for (Eigen::Index i = n; i-- > 0;) {
    if (i == left_out) continue;
    form.others(i) *= after;
    after *= form.pivots(i);
  }
}

}  // namespace tracer::op
