// Next: cofactors_along_fast.hpp, which has it over numbers where A is singular, too.
#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

struct Cofactors;
struct Determinant;

/// cof′(A, V) = d cof(A + tV)/dt at t = 0, linear in V: the product of the second derivatives of det
/// with V. It is a polynomial in A, whatever its rank; the formula, which divides by det(A), is of an A
/// that has an inverse.
struct CofactorsAlong {
  static Symbol expansion(const Symbol& a, const Symbol& v) {
    const Symbol c = apply<Cofactors>(a);
    return (broadcast<Over::all>(sum<Over::all>(c * v), a) * c - dot(dot(c, transpose(v)), c)) /
           broadcast<Over::all>(apply<Determinant>(a), a);
  }
  static Shape shape(std::span<const Shape> x, const Attributes&) {
    require_square("cof", x[0]);
    return same_shape("cof′", x);
  }

  static constexpr std::string_view name = "cofactors along";
  static constexpr std::string_view call = "";
  static constexpr std::string_view legend =
      "cof′(A, v): how cof(A) moves with A along v, a polynomial in the entries of A, singular or "
      "not";
  static constexpr std::array samples{-2.0, 0.5, 1.5, 3.0};

  static Notation notation(const Notation& a, const Notation& v) {
    return notation::call("cof′", {a, v});
  }
};

}  // namespace tracer::op
