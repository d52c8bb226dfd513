// Rooms run over numbers: for every elementary operation a function that evaluates its rule into
// storage. Composite operations have no kernel of their own unless op/fast.hpp gives them one;
// the tape runs their formula (graph/composite.hpp).
#pragma once

#include <span>

#include "tracer/number/eigen.hpp"
#include "tracer/number/sparse_product.hpp"
#include "tracer/symbol/operation.hpp"

namespace tracer {

template <class S>
using View = Eigen::Map<Array<S>>;  ///< storage of the tape, to be written
template <class S>
using ConstView = Eigen::Map<const Array<S>>;

/// What the tape calls for one operation over the scalar S. A null member: run the operation's
/// formula instead.
template <class S>
struct Kernel {
  /// y = forward(x...)
  void (*forward)(const With<S>&, View<S> y, std::span<const ConstView<S>> x) = nullptr;
  /// x̄ of one operand: assigned where it is the first contribution, added otherwise.
  void (*pullback)(const With<S>&, int operand, bool first, View<S> x_bar, ConstView<S> y_bar,
                   ConstView<S> y, std::span<const ConstView<S>> x) = nullptr;
  /// The same two where that operand is data that is mostly 0: its view has the sizes, and what is not
  /// 0 is listed. Null: it has to be whole.
  int sparse_operand = -1;
  void (*sparse_forward)(const With<S>&, View<S> y, std::span<const ConstView<S>> x,
                         const SparseMatrix<S>&) = nullptr;
  void (*sparse_pullback)(const With<S>&, int operand, bool first, View<S> x_bar,
                          ConstView<S> y_bar, std::span<const ConstView<S>> x,
                          const SparseMatrix<S>&) = nullptr;
  /// Of a function with corners: c, in the shape of the first operand, tells by its sign on which
  /// piece each entry is, and is 0 on a corner. Null: it has none, or its parts may have some.
  void (*corner)(const With<S>&, View<S> c, std::span<const ConstView<S>> x) = nullptr;
};

/// The kernel of an operation; S is float, double, Exact or Uncertain. An operation that is not in
/// the list (op/all.hpp) has an empty one: its formulas are run.
template <class S>
const Kernel<S>& kernel_of(const Operation&);

}  // namespace tracer
