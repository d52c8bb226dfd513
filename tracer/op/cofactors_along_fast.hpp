// cof′(A, V) over every number, without a division by det(A): with R·A·C = D and W = R·V·C it is
// s·Rᵀ·G·Cᵀ, where G = d cof(D + tW)/dt has
//
//     G[i,j] = −W[j,i] · Π d but d[i], d[j]            i ≠ j: the one way in which t gets into that minor
//     G[i,i] = Σ over k ≠ i of W[k,k] · Π d but d[i], d[k]
#pragma once

#include "tracer/op/cofactors_along.hpp"
#include "tracer/op/diagonal_form.hpp"
#include "tracer/op/fast.hpp"

namespace tracer::op {

template <class S>
struct Fast<CofactorsAlong, S> {
  static void forward(const With<S>& /*with*/, View<S> y, std::span<const ConstView<S>> operands) {
    with_diagonal_form<S>(operands[0], [&](DiagonalForm<S>& form) {
      multiply_into(form.left, operands[1], form.columns);
      Array<S>& w = form.of_diagonal;  // first W, then its place is G's
      multiply_into(w, form.rows, form.left);
      Array<S>& g = form.left;
      g.setConstant(w.rows(), w.cols(), S(0));
      for (Eigen::Index i = 0; i < w.rows(); ++i) {
        products_of_others(form, i);
        for (Eigen::Index j = 0; j < w.cols(); ++j) {
          if (i == j) continue;
          g(i, j) = -(w(j, i) * form.others(j));
          g(i, i) += w(j, j) * form.others(j);
        }
      }
      w.swap(g);
      turn_back(y, form);
    });
  }
};

}  // namespace tracer::op
