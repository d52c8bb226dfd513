// Kernels written by hand for float and double, beside an operation's rule: stable where the
// formula overflows, without its intermediate values, on several threads. They are tested against
// the rule over Exact, and never printed. An operation that has one has it in a file beside its
// room: softmax_fast.hpp. Next: op/kernels.hpp, which picks them up.
#pragma once

#include <concepts>
#include <utility>

#include "tracer/number/clones.hpp"
#include "tracer/number/exact_product.hpp"
#include "tracer/number/product.hpp"
#include "tracer/number/sparse_product.hpp"
#include "tracer/number/threads.hpp"
#include "tracer/number/uncertain_product.hpp"
#include "tracer/op/entrywise_loops.hpp"

namespace tracer::op {

/// forward and pullback of Op over S, with the signatures of Kernel<S>, and the same for data that is
/// mostly 0; each may be left out, and most have none.
template <class Op, class S>
struct Fast {};

namespace detail {

/// One sample: a column (axis 0) or a row (axis 1). A view is passed by value, for it is no more
/// than a pointer.
template <class X>
auto sample(X x, Eigen::Index i, int axis) {
  return axis == 0 ? x.block(0, i, x.rows(), 1) : x.block(i, 0, 1, x.cols());
}
template <class X>
Eigen::Index samples(const X& x, int axis) {
  return axis == 0 ? x.cols() : x.rows();
}

/// Places x where it belongs, or adds it to what is there: put() of whole matrices.
void assign_or_add(auto&& place, const auto& x, bool first) {
  if (first) {
    place = x;
  } else {
    place += x;
  }
}

/// Entries of a part, one thread's share: some 5 µs of a vectorised loop.
inline constexpr std::ptrdiff_t part = 16384;

}  // namespace detail

template <class S>
Factor<S> turned(Factor<S> factor) {
  std::swap(factor.rows, factor.columns);
  factor.transposed = !factor.transposed;
  return factor;
}
/// What the product rooms multiply.
template <class S>
concept Multiplied = std::floating_point<S> || std::same_as<S, Exact> || std::same_as<S, Uncertain>;
/// A matrix in storage, its columns (or, of a transpose, its rows) without gaps, however it is wrapped.
template <class X>
concept InStorage = (X::Flags & Eigen::DirectAccessBit) != 0 && X::InnerStrideAtCompileTime == 1 &&
                    requires(const X& x) {
  x.data();
  x.outerStride();
};
/// As the product rooms read it.
template <Multiplied S, InStorage X>
Factor<S> factor_of(const X& x) {
  return {x.data(), x.rows(), x.cols(), x.outerStride(), bool{X::IsRowMajor}};
}

}  // namespace tracer::op
