// A square matrix to its diagonal, and a column to the matrix that has it there: each is the other's
// way back.
#pragma once

#include "tracer/op/matrices.hpp"
#include "tracer/op/room.hpp"

namespace tracer {

template <Numbers X>
auto diagonal_of(const X& x) {
  return Array<typename X::Scalar>::NullaryExpr(
      x.rows(), 1, [x](Eigen::Index i, Eigen::Index) { return x.coeff(i, i); });
}
template <Numbers X>
auto diagonal_matrix(const X& x) {
  using S = typename X::Scalar;
  return Array<S>::NullaryExpr(x.rows(), x.rows(), [x](Eigen::Index i, Eigen::Index j) -> S {
    return i == j ? S(x.coeff(i, 0)) : S(0);
  });
}
Symbol diagonal_of(const Symbol&);
Symbol diagonal_matrix(const Symbol&);

namespace op {

/// y[i] = a[i,i]        Ā: ȳ on the diagonal, else 0
struct Diagonal {
  static auto forward(const auto& x) { return diagonal_of(x); }
  static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& /*x*/) {
    return std::tuple{diagonal_matrix(y_bar)};
  }
  static Shape shape(std::span<const Shape> x, const Attributes&) {
    require_square("diag", x[0]);
    return {x[0].rows, {}};
  }

  static constexpr std::string_view name = "diagonal";
  static constexpr Law law = Law::diagonal;
  static constexpr bool quadratic = true;
  static constexpr Reference reference{"the diagonal of a square matrix, as a column",
                                       "n×n gives n×1", "ȳ on the diagonal, 0 elsewhere: diag(ȳ)",
                                       "none", "numpy.diagonal"};

  static Notation notation(const Notation& x) { return notation::call("diag", {x}); }
};

/// A: x on the diagonal, else 0, x a column        x̄ = the diagonal of Ā
struct DiagonalMatrix {
  static auto forward(const auto& x) { return diagonal_matrix(x); }
  static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& /*x*/) {
    return std::tuple{diagonal_of(y_bar)};
  }
  static Shape shape(std::span<const Shape> x, const Attributes&) {
    if (!x[0].columns.is_one())
      throw ShapeError("diag: a column is wanted, and this is " + to_string(x[0]));
    return {x[0].rows, x[0].rows};
  }

  static constexpr std::string_view name = "diag";
  static constexpr Law law = Law::diagonal_matrix;
  static constexpr bool quadratic = true;
  static constexpr Reference reference{
      "of a vector the matrix that has it on its diagonal; of a square matrix its diagonal",
      "n×1 or 1×n gives n×n, n×n gives n×1", "diag(Ȳ)", "none", "numpy.diag"};
};

}  // namespace op

inline Symbol diagonal_of(const Symbol& x) { return op::apply<op::Diagonal>(x); }
inline Symbol diagonal_matrix(const Symbol& x) { return op::apply<op::DiagonalMatrix>(x); }

}  // namespace tracer
