// Kernels written by hand for float and double, beside an operation's rule: stable where the
// formula overflows, without its intermediate values, on several threads. They are tested against
// the rule over Exact, and never printed. To give an operation one, specialise Fast for it here,
// or, for a layer, in fast_layers.hpp. Next: op/kernels.inl, which picks them up.
#pragma once

#include <array>
#include <cmath>
#include <concepts>
#include <utility>

#include "tracer/number/product.hpp"
#include "tracer/number/threads.hpp"
#include "tracer/op/kernel.hpp"
#include "tracer/op/leaky_relu.hpp"
#include "tracer/op/log_softmax.hpp"
#include "tracer/op/loops.hpp"
#include "tracer/op/relu.hpp"
#include "tracer/op/sigmoid.hpp"
#include "tracer/op/softmax.hpp"
#include "tracer/op/softmax_cross_entropy.hpp"
#include "tracer/op/tanh.hpp"

namespace tracer::op {

/// forward and pullback of Op over S, with the signatures of Kernel<S>; either may be left out, and
/// most have none.
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

/// Entries of a part, one thread's share: some 5 µs of a vectorised loop.
inline constexpr std::ptrdiff_t part = 16384;

}  // namespace detail

/// A matrix in storage, or its transpose, as the product room reads it.
template <std::floating_point S>
Factor<S> factor_of(const ConstView<S>& x) {
  return {x.data(), x.rows(), x.cols(), x.rows(), false};
}
template <std::floating_point S>
Factor<S> factor_of(const View<S>& x) {
  return {x.data(), x.rows(), x.cols(), x.rows(), false};
}
template <std::floating_point S, class X>
Factor<S> factor_of(const Eigen::MatrixWrapper<X>& x) requires requires {
  factor_of<S>(x.nestedExpression());
}
{ return factor_of<S>(x.nestedExpression()); }
template <std::floating_point S, class X>
Factor<S> factor_of(const Eigen::Transpose<X>& x) requires requires {
  factor_of<S>(x.nestedExpression());
}
{
  Factor<S> turned = factor_of<S>(x.nestedExpression());
  std::swap(turned.rows, turned.columns);
  turned.transposed = !turned.transposed;
  return turned;
}

template <std::floating_point S>
struct Fast<Relu, S> {
  static void forward(const With<S>& /*with*/, View<S> y, std::span<const ConstView<S>> x) {
    in_parts(y.size(), detail::part, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      loops::leaky<S>(end - begin, S(0), x[0].data() + begin, y.data() + begin);
    });
  }
  static void pullback(const With<S>& /*with*/, int /*operand*/, bool first, View<S> x_bar,
                       ConstView<S> y_bar, ConstView<S> /*y*/, std::span<const ConstView<S>> x) {
    in_parts(x_bar.size(), detail::part, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      loops::leaky_back<S>(end - begin, S(0), y_bar.data() + begin, x[0].data() + begin,
                           x_bar.data() + begin, !first);
    });
  }
};

template <std::floating_point S>
struct Fast<LeakyRelu, S> {
  static void forward(const With<S>& with, View<S> y, std::span<const ConstView<S>> x) {
    in_parts(y.size(), detail::part, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      loops::leaky<S>(end - begin, with[0], x[0].data() + begin, y.data() + begin);
    });
  }
  static void pullback(const With<S>& with, int /*operand*/, bool first, View<S> x_bar,
                       ConstView<S> y_bar, ConstView<S> /*y*/, std::span<const ConstView<S>> x) {
    in_parts(x_bar.size(), detail::part, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      loops::leaky_back<S>(end - begin, with[0], y_bar.data() + begin, x[0].data() + begin,
                           x_bar.data() + begin, !first);
    });
  }
};

template <std::floating_point S>
struct Fast<Sigmoid, S> {
  static void forward(const With<S>& /*with*/, View<S> y, std::span<const ConstView<S>> x) {
    in_parts(y.size(), detail::part / 4, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      loops::sigmoid<S>(end - begin, x[0].data() + begin, y.data() + begin);
    });
  }
  static void pullback(const With<S>& /*with*/, int /*operand*/, bool first, View<S> x_bar,
                       ConstView<S> y_bar, ConstView<S> y, std::span<const ConstView<S>> /*x*/) {
    in_parts(x_bar.size(), detail::part, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      loops::sigmoid_back<S>(end - begin, y_bar.data() + begin, y.data() + begin,
                             x_bar.data() + begin, !first);
    });
  }
};

template <std::floating_point S>
struct Fast<Tanh, S> {
  static void forward(const With<S>& /*with*/, View<S> y, std::span<const ConstView<S>> x) {
    in_parts(y.size(), detail::part / 4, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      loops::tanh<S>(end - begin, x[0].data() + begin, y.data() + begin);
    });
  }
  static void pullback(const With<S>& /*with*/, int /*operand*/, bool first, View<S> x_bar,
                       ConstView<S> y_bar, ConstView<S> y, std::span<const ConstView<S>> /*x*/) {
    in_parts(x_bar.size(), detail::part, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      loops::tanh_back<S>(end - begin, y_bar.data() + begin, y.data() + begin, x_bar.data() + begin,
                          !first);
    });
  }
};

/// exp(x − max) / Σ exp(x − max): the same quotient, but nothing exceeds 1.
template <std::floating_point S>
struct Fast<Softmax, S> {
  static void forward(const With<S>& with, View<S> p, std::span<const ConstView<S>> operands) {
    const ConstView<S>& x = operands[0];
    const int axis = with.attributes.axis;
    for (Eigen::Index i = 0; i < detail::samples(x, axis); ++i) {
      const auto logits = detail::sample(x, i, axis);
      auto share = detail::sample(p, i, axis);
      share = (logits - logits.template maxCoeff<Eigen::PropagateNaN>()).exp();
      share /= share.sum();  // at least 1, the largest's exp(0)
    }
  }
  static void pullback(const With<S>& with, int /*operand*/, bool first, View<S> x_bar,
                       ConstView<S> p_bar, ConstView<S> p,
                       std::span<const ConstView<S>> /*operands*/) {
    const int axis = with.attributes.axis;
    for (Eigen::Index i = 0; i < detail::samples(p, axis); ++i) {
      const auto share = detail::sample(p, i, axis);
      const auto bar = detail::sample(p_bar, i, axis);
      const S mean = (bar * share).sum();
      auto to = detail::sample(x_bar, i, axis);
      if (first) {
        to = share * (bar - mean);
      } else {
        to += share * (bar - mean);
      }
    }
  }
};

/// (x − max) − ln Σ exp(x − max); the sum lies between 1 and its number of terms.
template <std::floating_point S>
struct Fast<LogSoftmax, S> {
  static void forward(const With<S>& with, View<S> y, std::span<const ConstView<S>> operands) {
    const ConstView<S>& x = operands[0];
    const int axis = with.attributes.axis;
    for (Eigen::Index i = 0; i < detail::samples(x, axis); ++i) {
      const auto logits = detail::sample(x, i, axis);
      const S top = logits.template maxCoeff<Eigen::PropagateNaN>();
      const S log_sum = std::log((logits - top).exp().sum());
      detail::sample(y, i, axis) = (logits - top) - log_sum;
    }
  }
  static void pullback(const With<S>& with, int /*operand*/, bool first, View<S> x_bar,
                       ConstView<S> y_bar, ConstView<S> y,
                       std::span<const ConstView<S>> /*operands*/) {
    const int axis = with.attributes.axis;
    for (Eigen::Index i = 0; i < detail::samples(y, axis); ++i) {
      const auto bar = detail::sample(y_bar, i, axis);
      const S total = bar.sum();
      auto to = detail::sample(x_bar, i, axis);
      if (first) {
        to = bar - detail::sample(y, i, axis).exp() * total;
      } else {
        to += bar - detail::sample(y, i, axis).exp() * total;
      }
    }
  }
};

/// −(1/m) Σ y·log_softmax(z), and its gradient without softmax's Jacobian.
template <std::floating_point S>
struct Fast<SoftmaxCrossEntropy, S> {
  static void forward(const With<S>& with, View<S> loss, std::span<const ConstView<S>> x) {
    const ConstView<S>& z = x[0];
    const ConstView<S>& y = x[1];
    double total = 0;
    if (with.attributes.axis == 0) {
      // parts of equal size whatever the number of threads, so that the sum is always the same
      constexpr std::size_t parts = 8;
      std::array<double, parts> sums{};
      const Eigen::Index n = z.cols();
      const auto sum_part = [&](std::size_t i) {
        const Eigen::Index begin = n * static_cast<Eigen::Index>(i) / parts;
        const Eigen::Index end = n * static_cast<Eigen::Index>(i + 1) / parts;
        sums[i] = loops::cross_entropy<S>(z.rows(), end - begin, z.data() + begin * z.rows(),
                                          y.data() + begin * z.rows());
      };
      in_parts(parts, z.size() > detail::part ? 1 : parts, [&](auto begin, auto end) {
        for (auto i = begin; i < end; ++i) sum_part(static_cast<std::size_t>(i));
      });
      for (const double sum : sums) total += sum;
    } else {
      for (Eigen::Index i = 0; i < z.rows(); ++i) {
        const S top = z.row(i).template maxCoeff<Eigen::PropagateNaN>();
        const S log_sum = std::log((z.row(i) - top).exp().sum());
        total -= static_cast<double>((y.row(i) * (z.row(i) - top - log_sum)).sum());
      }
    }
    loss(0, 0) =
        static_cast<S>(total / static_cast<double>(detail::samples(z, with.attributes.axis)));
  }
  static void pullback(const With<S>& with, int operand, bool first, View<S> x_bar,
                       ConstView<S> l_bar, ConstView<S> /*loss*/, std::span<const ConstView<S>> x) {
    const ConstView<S>& z = x[0];
    const ConstView<S>& y = x[1];
    const int axis = with.attributes.axis;
    const S share = l_bar(0, 0) / static_cast<S>(detail::samples(z, axis));
    if (operand == 0 && axis == 0) {
      in_parts(z.cols(), detail::part / (4 * z.rows()) + 1, [&](auto begin, auto end) {
        const Eigen::Index from = begin * z.rows();
        loops::cross_entropy_back<S>(z.rows(), end - begin, share, z.data() + from, y.data() + from,
                                     x_bar.data() + from, !first);
      });
      return;
    }
    for (Eigen::Index i = 0; i < detail::samples(z, axis); ++i) {
      const auto logits = detail::sample(z, i, axis);
      const auto targets = detail::sample(y, i, axis);
      auto to = detail::sample(x_bar, i, axis);
      const S top = logits.template maxCoeff<Eigen::PropagateNaN>();
      const S sum = (logits - top).exp().sum();
      if (first) to.setZero();
      if (operand == 0) {
        to += share * ((logits - top).exp() * (targets.sum() / sum) - targets);
      } else {
        to -= share * (logits - top - std::log(sum));
      }
    }
  }
};

}  // namespace tracer::op
