// Gauss's elimination over every number: over Exact it is exact, and a pivot is one that is surely
// not 0. Source: Golub & Van Loan 2013, §3.4.
#pragma once

#include <cmath>
#include <concepts>
#include <utility>

#include "tracer/number/eigen.hpp"
#include "tracer/number/uncertain.hpp"

namespace tracer::op {

/// work(a matrix of that shape to write to). Over floating point it is the same one each time, for a
/// step of a training allocates nothing.
template <class S, class Work>
auto on_workspace(Eigen::Index rows, Eigen::Index columns, const Work& work) {
  if constexpr (std::floating_point<S>) {
    thread_local Array<S> kept;  // one for each `work`, whose type is its own
    kept.resize(rows, columns);
    return work(kept);
  } else {
    Array<S> own(rows, columns);
    return work(own);
  }
}

/// The largest in size of entries that are looked at one by one, among those that are surely not 0.
template <class S>
class Pivot {
 public:
  /// Whether it is the largest so far.
  bool takes(const S& entry) {
    if constexpr (std::same_as<S, Exact>) {
      if (entry.contains_zero()) {
        undecided_ = undecided_ || !entry.is_zero_surely();
        return false;
      }
    } else {
      if (entry == S(0)) return false;
    }
    const double here = std::abs(static_cast<double>(entry));
    if (found_ && !(here > size_)) return false;
    found_ = true;
    size_ = here;
    return true;
  }
  /// Throws Undecided where none was taken, and one of them may be something else than 0.
  void require_decided() const {
    if (!found_ && undecided_) throw Undecided("can't tell whether this matrix is singular");
  }

 private:
  bool found_ = false, undecided_ = false;
  double size_ = 0;
};

/// From row k on, the row whose entry in column k is the largest in size; -1 where all are 0. Throws
/// Undecided where one may be 0 and none surely is not.
template <class S>
Eigen::Index pivot_row(const Array<S>& a, Eigen::Index k) {
  Eigen::Index best = -1;
  Pivot<S> largest;
  for (Eigen::Index i = k; i < a.rows(); ++i)
    if (largest.takes(a(i, k))) best = i;
  largest.require_decided();
  return best;
}

void swap_rows(auto& a, Eigen::Index i, Eigen::Index k) {
  if (i == k) return;
  for (Eigen::Index j = 0; j < a.cols(); ++j) std::swap(a.coeffRef(i, j), a.coeffRef(k, j));
}

/// Row i minus `factor` times row k, from column `from` on.
void subtract_row(auto& a, Eigen::Index i, Eigen::Index k, const auto& factor, Eigen::Index from) {
  for (Eigen::Index j = from; j < a.cols(); ++j) a.coeffRef(i, j) -= factor * a.coeff(k, j);
}

/// Leaves nothing of a. The last pivot divides nothing: it may be 0, or an interval around it.
template <class S>
S determinant_of(Array<S>& a) {
  S product(1);
  for (Eigen::Index k = 0; k + 1 < a.rows(); ++k) {
    const Eigen::Index pivot = pivot_row(a, k);
    if (pivot < 0) return S(0);
    if (pivot != k) product = -product;
    swap_rows(a, pivot, k);
    product *= a(k, k);
    for (Eigen::Index i = k + 1; i < a.rows(); ++i) {
      const S factor = a(i, k) / a(k, k);
      subtract_row(a, i, k, factor, k);
    }
  }
  return product * a(a.rows() - 1, a.rows() - 1);
}

/// inverse = a⁻¹; leaves nothing of a. Of a singular matrix: throws DomainError over Exact, is
/// infinite or NaN over other numbers.
template <class S>
void invert_into(auto& inverse, Array<S>& a) {
  const Eigen::Index n = a.rows();
  for (Eigen::Index j = 0; j < n; ++j)
    for (Eigen::Index i = 0; i < n; ++i) inverse.coeffRef(i, j) = S(i == j ? 1 : 0);
  for (Eigen::Index k = 0; k < n; ++k) {
    Eigen::Index pivot = pivot_row(a, k);
    if (pivot < 0) {
      if constexpr (std::same_as<S, Exact>)
        throw DomainError(
            "this matrix is singular, its determinant is 0, and has no inverse (a small multiple "
            "of "
            "the identity added to it gives it one)");
      pivot = k;
    }
    swap_rows(a, pivot, k);
    swap_rows(inverse, pivot, k);
    const S divisor = a(k, k);
    for (Eigen::Index j = 0; j < n; ++j) {
      a(k, j) /= divisor;
      inverse.coeffRef(k, j) /= divisor;
    }
    for (Eigen::Index i = 0; i < n; ++i) {
      if (i == k) continue;
      const S factor = a(i, k);
      subtract_row(a, i, k, factor, k);
      subtract_row(inverse, i, k, factor, 0);
    }
  }
}

}  // namespace tracer::op
