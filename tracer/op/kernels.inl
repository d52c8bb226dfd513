// Instantiates the kernels of all operations for one scalar; included by kernels_float.cpp and its
// like, so that the templates are compiled once a scalar.
#include <unordered_map>

#include "tracer/number/uncertain.hpp"
#include "tracer/op/all.hpp"
#include "tracer/op/fast.hpp"
#include "tracer/op/fast_layers.hpp"
#include "tracer/op/kernel.hpp"
#include "tracer/op/stable.hpp"

namespace tracer {
namespace {

template <class X>
concept MatrixResult = std::is_base_of_v<Eigen::MatrixBase<X>, X>;  // a product: may go to BLAS

// of float or double matrices that lie in storage, transposed or not
template <class X>
concept PlainProduct = MatrixResult<X> && requires(const X& x) {  // sums have lhs() and rhs() too
  op::factor_of<typename X::Scalar>(x.lhs());
  op::factor_of<typename X::Scalar>(x.rhs());
};

// Entry by entry, so it can be computed in parts.
template <class Op>
concept Entrywise = !op::Composite<Op> && !requires {
  Op::shape(std::span<const Shape>(), Attributes());
}
&&!requires { Op::axis; }
&&!requires { Op::pullback_by_formula; };

// Some 10 µs of a simple rule.
constexpr Eigen::Index entries_of_a_part = 8192;

// Calls work(part) where part(view) is a piece of a matrix that has as many entries as y.
template <class Op, class S>
void by_parts(const View<S>& y, auto&& work) {
  if constexpr (Entrywise<Op> && std::is_floating_point_v<S>) {
    in_parts(y.size(), entries_of_a_part, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      work([begin, end](auto view) { return decltype(view)(view.data() + begin, end - begin, 1); });
    });
  } else {
    work([](auto view) { return view; });
  }
}

// y = a·b or y += a·b over Exact, where a multiplication takes a microsecond and a picture is
// mostly background: what is surely 0 is passed over. No BLAS knows Uncertain either.
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
    multiply<S>(y.data(), op::factor_of<S>(x.lhs()), op::factor_of<S>(x.rhs()), !first);
  } else if constexpr (MatrixResult<X> && !std::is_floating_point_v<S>) {
    multiply_entries<S>(y, x.lhs(), x.rhs(), first);
  } else if constexpr (MatrixResult<X>) {
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
      by_parts<Op, S>(y, [&](const auto& part) {
        assign<S>(
            part(y),
            op::call_with(
                [](const auto&... a) -> decltype(Op::forward(a...)) { return Op::forward(a...); },
                with, part(xs)...),
            true);
      });
    }
  });
}

template <class Op, class S>
void run_pullback(const With<S>& with, int operand, bool first, View<S> x_bar, ConstView<S> y_bar,
                  ConstView<S> y, std::span<const ConstView<S>> x) {
  op::detail::pick(std::make_index_sequence<op::arity<Op>>{}, x, [&](const auto&... xs) {
    by_parts<Op, S>(x_bar, [&](const auto& part) {
      // lazy: of the tuple only the operand that is asked for is ever computed
      const auto adjoints = op::call_with(
          [](const auto&... a) -> decltype(Op::pullback(a...)) { return Op::pullback(a...); }, with,
          part(y_bar), part(y), part(xs)...);
      [&]<std::size_t... I>(std::index_sequence<I...>) {
        static_cast<void>(
            ((static_cast<int>(I) == operand ? assign<S>(part(x_bar), std::get<I>(adjoints), first)
                                             : void()),
             ...));
      }
      (std::make_index_sequence<op::arity<Op>>{});
    });
  });
}

// corner(with, c, x...) or corner(c, x...)
template <class Op, class S, int operands>
concept CornerOf =
    (operands == 1 &&
     requires(const With<S>& with, View<S>& c, ConstView<S>& x) { Op::corner(with, c, x); }) ||
    (operands == 1 && requires(View<S> & c, ConstView<S>& x) { Op::corner(c, x); }) ||
    (operands == 2 && requires(View<S> & c, ConstView<S>& x) { Op::corner(c, x, x); });

template <class Op, class S>
void run_corner(const With<S>& with, View<S> c, std::span<const ConstView<S>> x) {
  op::detail::pick(std::make_index_sequence<op::arity<Op>>{}, x, [&](const auto&... xs) {
    if constexpr (requires { Op::corner(with, c, xs...); }) {
      Op::corner(with, c, xs...);
    } else {
      Op::corner(c, xs...);
    }
  });
}

template <class S>
std::unordered_map<const Operation*, Kernel<S>> make_kernels() {
  std::unordered_map<const Operation*, Kernel<S>> kernels;
  op::for_each_op([&]<class Op>() {
    Kernel<S> kernel;
    if constexpr (requires { &op::Fast<Op, S>::forward; }) {
      kernel.forward = &op::Fast<Op, S>::forward;
    } else if constexpr (!op::Composite<Op>) {
      kernel.forward = &run_forward<Op, S>;
    }
    if constexpr (requires { &op::Fast<Op, S>::pullback; }) {
      kernel.pullback = &op::Fast<Op, S>::pullback;
    } else if constexpr (!op::Composite<Op> && !requires { Op::pullback_by_formula; }) {
      kernel.pullback = &run_pullback<Op, S>;
    }
    if constexpr (CornerOf<Op, S, op::arity<Op>>) kernel.corner = &run_corner<Op, S>;
    kernels.emplace(&op::operation<Op>(), kernel);
  });
  return kernels;
}

}  // namespace

template <class S>
const Kernel<S>& kernel_of(const Operation& operation) {
  static const std::unordered_map<const Operation*, Kernel<S>> kernels = make_kernels<S>();
  static const Kernel<S> none;
  const auto found = kernels.find(&operation);
  return found == kernels.end() ? none : found->second;
}

template const Kernel<TRACER_SCALAR>& kernel_of<TRACER_SCALAR>(const Operation&);

}  // namespace tracer
