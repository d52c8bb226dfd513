// Instantiates the kernels of all operations for one scalar; included by kernels_float.cpp and its
// like, so that the templates are compiled once a scalar.
#include <unordered_map>

#include "tracer/op/all.hpp"
#include "tracer/op/fast.hpp"
#include "tracer/op/kernel.hpp"

namespace tracer {
namespace {

template <class X>
concept MatrixResult = std::is_base_of_v<Eigen::MatrixBase<X>, X>;  // a product: may go to BLAS

template <class S, class X>
void assign(View<S> y, const X& x, bool first) {
  if constexpr (MatrixResult<X>) {
    if (first) {
      y.matrix().noalias() = x;
    } else {
      y.matrix().noalias() += x;
    }
  } else {
    if (first) {
      y = x;
    } else {
      y += x;
    }
  }
}

template <class Op, class S>
void run_forward(const With<S>& with, View<S> y, std::span<const ConstView<S>> x) {
  op::detail::pick(std::make_index_sequence<op::arity<Op>>{}, x, [&](const auto&... xs) {
    if constexpr (requires { Op::run(y, xs...); }) {
      Op::run(y, xs...);
    } else {
      assign<S>(
          y,
          op::call_with(
              [](const auto&... a) -> decltype(Op::forward(a...)) { return Op::forward(a...); },
              with, xs...),
          true);
    }
  });
}

template <class Op, class S>
void run_pullback(const With<S>& with, int operand, bool first, View<S> x_bar, ConstView<S> y_bar,
                  ConstView<S> y, std::span<const ConstView<S>> x) {
  op::detail::pick(std::make_index_sequence<op::arity<Op>>{}, x, [&](const auto&... xs) {
    // lazy: of the tuple only the operand that is asked for is ever computed
    const auto adjoints = op::call_with(
        [](const auto&... a) -> decltype(Op::pullback(a...)) { return Op::pullback(a...); }, with,
        y_bar, y, xs...);
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      static_cast<void>(
          ((static_cast<int>(I) == operand ? assign<S>(x_bar, std::get<I>(adjoints), first)
                                           : void()),
           ...));
    }
    (std::make_index_sequence<op::arity<Op>>{});
  });
}

template <class S>
std::unordered_map<const Operation*, Kernel<S>> make_kernels() {
  std::unordered_map<const Operation*, Kernel<S>> kernels;
  op::for_each_op([&]<class Op>() {
    Kernel<S> kernel;
    if constexpr (!op::Composite<Op>) {
      kernel.forward = &run_forward<Op, S>;
      if constexpr (!requires { Op::pullback_by_formula; }) kernel.pullback = &run_pullback<Op, S>;
    } else if constexpr (requires { &op::Fast<Op, S>::forward; }) {
      kernel.forward = &op::Fast<Op, S>::forward;
      kernel.pullback = &op::Fast<Op, S>::pullback;
    }
    kernels.emplace(&op::operation<Op>(), kernel);
  });
  return kernels;
}

}  // namespace

template <class S>
const Kernel<S>& kernel_of(const Operation& operation) {
  static const std::unordered_map<const Operation*, Kernel<S>> kernels = make_kernels<S>();
  return kernels.at(&operation);
}

template const Kernel<TRACER_SCALAR>& kernel_of<TRACER_SCALAR>(const Operation&);

}  // namespace tracer
