// Next: cofactors_along.hpp, its slope.
#pragma once

#include "tracer/op/cofactors_along.hpp"
#include "tracer/op/diagonal_form.hpp"
#include "tracer/op/room.hpp"

namespace tracer::op {

/// C = cof(A), of a square matrix: c[i,j] = (−1)^(i+j) times the determinant of A without row i and
/// column j. Where A is not singular it is det(A)·(A⁻¹)ᵀ; it is there where A is, too.
///   Ā = cof′(A, C̄): how cof(A) moves with A along C̄, for in ∂²det/∂a∂b the order does not matter
struct Cofactors {
  static void run(auto& y, const auto& x) {
    using S = typename std::decay_t<decltype(x)>::Scalar;
    with_diagonal_form<S>(x, [&](DiagonalForm<S>& form) {
      products_of_others(form);
      for (Eigen::Index i = 0; i < x.rows(); ++i) form.of_diagonal(i, i) = form.others(i);
      turn_back(y, form);
    });
  }
  static auto pullback(const Symbol& c_bar, const Symbol& /*c*/, const Symbol& a) {
    return std::tuple{apply<CofactorsAlong>(a, c_bar)};
  }
  static Shape shape(std::span<const Shape> x, const Attributes&) {
    require_square("cof", x[0]);
    return x[0];
  }

  static constexpr std::string_view name = "cofactors";
  static constexpr std::string_view call = "";
  static constexpr bool pullback_by_formula = true;
  static constexpr std::string_view legend =
      "cof(A): the cofactors of A, [i,j] is (−1)^(i+j) times its determinant without row i and "
      "column j";
  static constexpr std::array samples{-2.0, 0.5, 1.5, 3.0};

  static Notation notation(const Notation& x) { return notation::call("cof", {x}); }
};

}  // namespace tracer::op
