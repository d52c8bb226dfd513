#pragma once

#include "tracer/op/matrices.hpp"
#include "tracer/op/room.hpp"

namespace tracer {

/// The identity matrix in the shape of x.
template <Numbers X>
auto identity_like(const X& x) {
  using S = typename X::Scalar;
  return Array<S>::NullaryExpr(
      x.rows(), x.cols(), [](Eigen::Index i, Eigen::Index j) -> S { return i == j ? S(1) : S(0); });
}

namespace op {

/// I, in the shape of its operand, whose values do not matter.
struct IdentityMatrix {
  static auto forward(const auto& x) { return identity_like(x); }
  static auto pullback(const auto& /*y_bar*/, const auto& /*y*/, const auto& x) {
    return std::tuple{0 * x};
  }
  static Shape shape(std::span<const Shape> x, const Attributes&) {
    require_square("the identity", x[0]);
    return x[0];
  }

  static constexpr std::string_view name = "I";
  static constexpr std::string_view call = "";
  static constexpr Law law = Law::unit;
  static constexpr bool quadratic = true;

  static Notation notation(const Notation& /*x*/) { return notation::name("I"); }
};

}  // namespace op

inline Symbol identity_like(const Symbol& x) { return op::apply<op::IdentityMatrix>(x); }

}  // namespace tracer
