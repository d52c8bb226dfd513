// The words of rules that look at whole matrices, over numbers: each returns a lazy expression of its
// arguments, which a kernel evaluates into storage of the tape. Over symbols the same words write
// formulas (vocabulary.hpp).
//
// Rules return expressions of their arguments only. A lazy expression keeps other expressions by
// value, but a plain Eigen::Array by reference: a local one would dangle, so no word here returns
// one.
#pragma once

#include <type_traits>
#include <utility>

#include "tracer/number/eigen.hpp"
#include "tracer/op/vocabulary.hpp"

namespace tracer {

template <Numbers A, Numbers B>
auto dot(const A& a, const B& b) {
  return a.matrix() * b.matrix();  // a Product: goes to BLAS for float and double
}
template <Numbers X>
auto transpose(const X& x) {
  return x.transpose();
}
template <Over over, Numbers X>
auto sum(const X& x) {
  if constexpr (over == Over::all) {
    using S = typename X::Scalar;
    return Eigen::Array<S, 1, 1>::Constant(S(x.sum()));
  } else if constexpr (over == Over::each_column) {
    return x.colwise().sum();
  } else {
    return x.rowwise().sum();
  }
}
template <Over over, Numbers X>
auto broadcast(const X& x, Eigen::Index rows, Eigen::Index columns) {
  using S = typename X::Scalar;
  if constexpr (over == Over::all) {
    return Array<S>::Constant(rows, columns, S(x.coeff(0, 0)));
  } else if constexpr (over == Over::each_column) {
    return Array<S>::NullaryExpr(rows, columns,
                                 [x](Eigen::Index, Eigen::Index j) { return x.coeff(0, j); });
  } else {
    return Array<S>::NullaryExpr(rows, columns,
                                 [x](Eigen::Index i, Eigen::Index) { return x.coeff(i, 0); });
  }
}
template <Over over, Numbers X, Numbers Like>
auto broadcast(const X& x, const Like& like) {
  return broadcast<over>(x, like.rows(), like.cols());
}
namespace detail {

/// Calls one_group(part of y, part of x) for all of x, each of its columns, or each of its rows.
template <Over over, class Y, class X>
void for_each_group(Y& y, const X& x, auto&& one_group) {
  if constexpr (over == Over::all) {
    one_group(y.block(0, 0, y.rows(), y.cols()), x);
  } else if constexpr (over == Over::each_column) {
    for (Eigen::Index j = 0; j < x.cols(); ++j) one_group(y.col(j), x.col(j));
  } else {
    for (Eigen::Index i = 0; i < x.rows(); ++i) one_group(y.row(i), x.row(i));
  }
}

/// Where the largest entry of a group is, the first of several: row and column.
template <class X>
std::pair<Eigen::Index, Eigen::Index> place_of_largest(const X& x) {
  std::pair<Eigen::Index, Eigen::Index> top{0, 0};
  for (Eigen::Index j = 0; j < x.cols(); ++j) {
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
      // never an entry with itself: that is undecided over intervals
      if (i + j > 0 && x.coeff(top.first, top.second) < x.coeff(i, j)) top = {i, j};
    }
  }
  return top;
}

}  // namespace detail

/// y = the largest entry of x, of each of its columns or of each of its rows; NaN where there is
/// one.
template <Over over, class Y, Numbers X>
void largest_into(Y& y, const X& x) {
  detail::for_each_group<over>(y, x, [](auto group_y, const auto& group_x) {
    if constexpr (std::is_floating_point_v<typename X::Scalar>) {
      group_y.coeffRef(0, 0) = group_x.template maxCoeff<Eigen::PropagateNaN>();
    } else {
      group_y.coeffRef(0, 0) = group_x.maxCoeff();
    }
  });
}

/// y = 1 at the largest entry of x, 1/k at each of k largest, else 0. Not lazy, for it looks at
/// every entry twice.
template <Over over, class Y, Numbers X>
void share_of_largest_into(Y& y, const X& x) {
  using S = typename X::Scalar;
  detail::for_each_group<over>(y, x, [](auto group_y, const auto& group_x) {
    const auto [top_row, top_column] = detail::place_of_largest(group_x);
    int hits = 0;
    for (Eigen::Index j = 0; j < group_x.cols(); ++j) {
      for (Eigen::Index i = 0; i < group_x.rows(); ++i) {
        const bool hit = (i == top_row && j == top_column) ||
                         group_x.coeff(i, j) == group_x.coeff(top_row, top_column);
        group_y.coeffRef(i, j) = hit ? S(1) : S(0);
        hits += hit ? 1 : 0;
      }
    }
    group_y = group_y / S(hits);
  });
}

/// y = how far each entry of x is above the largest of the others of its group, negative where it
/// is below: 0 at each of several largest. Where there are no others: 1.
template <Over over, class Y, Numbers X>
void lead_into(Y& y, const X& x) {
  using S = typename X::Scalar;
  detail::for_each_group<over>(y, x, [](auto group_y, const auto& group_x) {
    const auto [top_row, top_column] = detail::place_of_largest(group_x);
    const S top = group_x.coeff(top_row, top_column);
    S lead(1);
    bool alone = true;
    for (Eigen::Index j = 0; j < group_x.cols(); ++j) {
      for (Eigen::Index i = 0; i < group_x.rows(); ++i) {
        if (i == top_row && j == top_column) continue;
        const S below = top - group_x.coeff(i, j);
        group_y.coeffRef(i, j) = -below;
        // by midpoints: whether one interval is surely the smaller does not matter
        if (alone || static_cast<double>(below) < static_cast<double>(lead)) lead = below;
        alone = false;
      }
    }
    group_y.coeffRef(top_row, top_column) = lead;
  });
}

/// x read row by row into rows × columns (NumPy's order).
template <Numbers X>
auto reshape(const X& x, Eigen::Index rows, Eigen::Index columns) {
  return Array<typename X::Scalar>::NullaryExpr(rows, columns,
                                                [x, columns](Eigen::Index i, Eigen::Index j) {
                                                  const Eigen::Index k = i * columns + j;
                                                  return x.coeff(k / x.cols(), k % x.cols());
                                                });
}
template <Numbers X, Numbers Like>
auto reshape_like(const X& x, const Like& like) {
  return reshape(x, like.rows(), like.cols());
}
/// b below a (axis 0), or beside it (axis 1).
template <int axis, Numbers A, Numbers B>
auto concat(const A& a, const B& b) {
  return Array<typename A::Scalar>::NullaryExpr(
      axis == 0 ? a.rows() + b.rows() : a.rows(), axis == 0 ? a.cols() : a.cols() + b.cols(),
      [a, b](Eigen::Index i, Eigen::Index j) {
        if constexpr (axis == 0)
          return i < a.rows() ? a.coeff(i, j) : b.coeff(i - a.rows(), j);
        else
          return j < a.cols() ? a.coeff(i, j) : b.coeff(i, j - a.cols());
      });
}
template <Numbers Y, Numbers A, Numbers B>
auto second_part(const Y& y, const A& a, const B& b, int axis) {
  return y.block(axis == 0 ? a.rows() : 0, axis == 0 ? 0 : a.cols(), b.rows(), b.cols());
}
template <Numbers X>
auto window(const X& x, int row, int column, int rows, int columns) {
  return x.block(row, column, rows, columns);
}
template <Numbers X, Numbers Like>
auto window_like(const X& x, int row, int column, const Like& like) {
  return x.block(row, column, like.rows(), like.cols());
}
/// Zeros of rows × columns, with x at (row, column).
template <Numbers X>
auto place(const X& x, Eigen::Index row, Eigen::Index column, Eigen::Index rows,
           Eigen::Index columns) {
  using S = typename X::Scalar;
  return Array<S>::NullaryExpr(
      rows, columns, [x, row, column](Eigen::Index i, Eigen::Index j) -> S {
        const bool inside = i >= row && j >= column && i - row < x.rows() && j - column < x.cols();
        return inside ? S(x.coeff(i - row, j - column)) : S(0);
      });
}
template <Numbers X, Numbers Like>
auto place_like(const X& x, int row, int column, const Like& like) {
  return place(x, row, column, like.rows(), like.cols());
}
/// How many entries one result of sum<over> adds up.
template <Over over, Numbers X>
typename X::Scalar count(const X& x) {
  const Eigen::Index n = over == Over::all           ? x.size()
                         : over == Over::each_column ? x.rows()
                                                     : x.cols();
  return static_cast<typename X::Scalar>(n);
}

}  // namespace tracer
