// The kernels of all operations over one scalar. kernels_exact.cpp and its like instantiate them, so
// that they are compiled once a scalar.
#pragma once

#include <unordered_map>

#include "tracer/op/affine_fast.hpp"
#include "tracer/op/all.hpp"
#include "tracer/op/batch_norm_fast.hpp"
#include "tracer/op/cofactors_along_fast.hpp"
#include "tracer/op/dropout_fast.hpp"
#include "tracer/op/log_softmax_fast.hpp"
#include "tracer/op/logsumexp_fast.hpp"
#include "tracer/op/matmul_fast.hpp"
#include "tracer/op/others_along_fast.hpp"
#include "tracer/op/softmax_cross_entropy_fast.hpp"
#include "tracer/op/softmax_fast.hpp"

namespace tracer {
namespace op {

template <class X>
concept MatrixResult = std::is_base_of_v<Eigen::MatrixBase<X>, X>;  // a product: may go to BLAS

// of matrices that lie in storage, transposed or not
template <class X>
concept PlainProduct = MatrixResult<X> && requires(const X& x) {  // sums have lhs() and rhs() too
  factor_of<typename X::Scalar>(x.lhs());
  factor_of<typename X::Scalar>(x.rhs());
};

// y = a·b or y += a·b of other expressions over Exact and Uncertain: what is surely 0 is passed over.
template <class S>
void multiply_entries(View<S> y, const auto& a, const auto& b, bool first) {
  if (first) y.setConstant(S(0));
  for (Eigen::Index j = 0; j < y.cols(); ++j) {
    for (Eigen::Index k = 0; k < b.rows(); ++k) {
      const S& factor = b.coeff(k, j);
      if (factor.is_zero_surely()) continue;
      for (Eigen::Index i = 0; i < y.rows(); ++i) {
        const S& other = a.coeff(i, k);
        if (!other.is_zero_surely()) y(i, j) += other * factor;
      }
    }
  }
}

template <class S, class X>
void assign(View<S> y, const X& x, bool first) {
  if constexpr (PlainProduct<X>) {
    multiply<S>(y.data(), factor_of<S>(x.lhs()), factor_of<S>(x.rhs()), !first);
  } else if constexpr (MatrixResult<X> && !std::is_floating_point_v<S>) {
    multiply_entries<S>(y, x.lhs(), x.rhs(), first);
  } else if constexpr (MatrixResult<X>) {
    detail::assign_or_add(y.matrix().noalias(), x, first);
  } else {
    detail::assign_or_add(y, x, first);
  }
}

// An operation on whole matrices, whose rule is lazy.
template <class Op, class S>
struct MatrixKernel {
  using Operands = std::make_index_sequence<arity<Op>>;

  static void forward(const With<S>& with, View<S> y, std::span<const ConstView<S>> x) {
    detail::pick(Operands{}, x, [&](const auto&... xs) {
      if constexpr (requires { Op::run(y, xs...); }) {
        Op::run(y, xs...);
      } else {
        assign<S>(y, value<Op>(with, xs...), true);
      }
    });
  }

  static void pullback(const With<S>& with, int operand, bool first, View<S> x_bar,
                       ConstView<S> y_bar, ConstView<S> y, std::span<const ConstView<S>> x) {
    detail::pick(Operands{}, x, [&](const auto&... xs) {
      // lazy: of the tuple only the operand that is asked for is ever computed
      const auto adjoints = call_with(
          [](const auto&... a) -> decltype(Op::pullback(a...)) { return Op::pullback(a...); }, with,
          y_bar, y, xs...);
      [&]<std::size_t... I>(std::index_sequence<I...>) {
        static_cast<void>(
            ((static_cast<int>(I) == operand ? assign<S>(x_bar, std::get<I>(adjoints), first)
                                             : void()),
             ...));
      }
      (Operands{});
    });
  }

  static void corner(const With<S>& /*with*/, View<S> c, std::span<const ConstView<S>> x) {
    Op::corner(c, x[0]);
  }
};

template <class Op, class S>
constexpr bool has_corner() {
  if constexpr (!Entrywise<Op>) {
    return requires(View<S> & c, const ConstView<S>& x) { Op::corner(c, x); };
  } else if constexpr (arity<Op> == 2) {
    return requires(const S& a) { Op::corner(a, a); };
  } else {
    return requires(const With<S>& with, const S& x) {
      requires requires { Op::corner(x); } || requires {
        Op::corner(with, x);
      };
    };
  }
}

template <class S>
std::unordered_map<const Operation*, Kernel<S>> make_kernels() {
  std::unordered_map<const Operation*, Kernel<S>> kernels;
  for_each_op([&]<class Op>() {
    using Made = std::conditional_t<Entrywise<Op>, EntrywiseKernel<Op, S>, MatrixKernel<Op, S>>;
    Kernel<S> kernel;
    if constexpr (requires { &Fast<Op, S>::forward; }) {
      kernel.forward = &Fast<Op, S>::forward;
    } else if constexpr (!Composite<Op>) {
      kernel.forward = &Made::forward;
    }
    if constexpr (requires { &Fast<Op, S>::pullback; }) {
      kernel.pullback = &Fast<Op, S>::pullback;
    } else if constexpr (!Composite<Op> && !requires { Op::pullback_by_formula; }) {
      kernel.pullback = &Made::pullback;
    }
    if constexpr (requires { &Fast<Op, S>::sparse_forward; }) {
      kernel.sparse_operand = Fast<Op, S>::sparse_operand;
      kernel.sparse_forward = &Fast<Op, S>::sparse_forward;
      kernel.sparse_pullback = &Fast<Op, S>::sparse_pullback;
    }
    if constexpr (has_corner<Op, S>()) kernel.corner = &Made::corner;
    kernels.emplace(&operation<Op>(), kernel);
  });
  return kernels;
}

}  // namespace op

template <class S>
const Kernel<S>& kernel_of(const Operation& operation) {
  static const std::unordered_map<const Operation*, Kernel<S>> kernels = op::make_kernels<S>();
  static const Kernel<S> none;
  const auto found = kernels.find(&operation);
  return found == kernels.end() ? none : found->second;
}

}  // namespace tracer
