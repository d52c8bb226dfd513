// Next: cofactors.hpp, the slope.
#pragma once

#include "tracer/op/cofactors.hpp"
#include "tracer/op/room.hpp"

namespace tracer::op {

/// y = det A, of a square matrix        Ā = ȳ cof(A), the cofactors of A (Jacobi's formula)
/// Where A has an inverse they are det(A)·(A⁻¹)ᵀ. Source: Giles 2008, §2.2.4.
struct Determinant {
  static void run(auto& y, const auto& x) {
    using S = typename std::decay_t<decltype(x)>::Scalar;
    y.coeffRef(0, 0) = on_workspace<S>(x.rows(), x.cols(), [&](Array<S>& a) {
      a = x;
      return determinant_of(a);
    });
  }
  static auto pullback(const Symbol& y_bar, const Symbol& /*y*/, const Symbol& x) {
    return std::tuple{broadcast<Over::all>(y_bar, x) * apply<Cofactors>(x)};
  }
  static Shape shape(std::span<const Shape> x, const Attributes&) {
    require_square("det", x[0]);
    return scalar_shape;
  }

  static constexpr std::string_view name = "det";
  static constexpr bool pullback_by_formula = true;
  static constexpr Reference reference{"the determinant of a square matrix", "n×n; a scalar",
                                       "the cofactors of A: det(A)·(A⁻¹)ᵀ where A⁻¹ is", "none",
                                       "Giles 2008, §2.2.4"};
  static std::string gradient_reason(std::size_t /*operand*/, const std::string& /*above*/,
                                     std::span<const std::string> names,
                                     const Attributes& /*with*/) {
    return "where " + names[0] + " has an inverse, det(" + names[0] + ")·(" + names[0] + "⁻¹)ᵀ";
  }
  static constexpr std::array samples{-2.0, 0.5, 1.5, 3.0};
};

}  // namespace tracer::op
