// The matrix by which a formula depends on one of its leaves: what is linear in v, and a column, a
// row or a number as v is, can be taken apart as A·diag(s)·B·v. Taken off at the right, v leaves the
// matrix. So a rule x̄ = Wᵀ·(ȳ ⊙ s) is read as Wᵀ·diag(s), the transpose of the Jacobian ∂y/∂x.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "tracer/number/eigen.hpp"
#include "tracer/symbol/symbol.hpp"

namespace tracer {

/// One matrix of a product: s, or diag(s) of a column or row s.
struct LinearFactor {
  Symbol of{1};
  bool diagonal = false;
  std::optional<Notation> name = {};  ///< written in place of it: diag(σ′(z)), 𝟏
};

/// scalar · factor · factor ...; without a factor the identity.
struct LinearTerm {
  Symbol scalar = 1;
  std::vector<LinearFactor> factors;
};
using LinearForm = std::vector<LinearTerm>;  ///< a sum of them

/// M of e = M·v, where e and v are laid down as columns whichever way they lie. Nothing where e is
/// no column, row or number, or is not of that form.
std::optional<LinearForm> linear_form(const Symbol& e, const Quantity& v);

LinearForm transposed(const LinearForm&);
Notation write(const LinearForm&);
Notation write(const LinearFactor&);
/// In numbers; `side` is the side of an identity, `of` the value of a formula.
Array<Exact> evaluate(const LinearForm&, Eigen::Index side,
                      const std::function<Array<Exact>(const Symbol&)>& of);

/// eᵀ, simplified; a number is its own.
Symbol turned(const Symbol& e);

}  // namespace tracer
