// Kernels written by hand for float and double, beside a composite operation's formula: stable
// where the formula overflows, and without its intermediate values. They are tested against the
// formula over Exact, and never printed. To give an operation one, specialise Fast for it here.
// Next: op/kernels.inl, which picks them up.
#pragma once

#include <cmath>
#include <concepts>

#include "tracer/op/kernel.hpp"
#include "tracer/op/softmax.hpp"

namespace tracer::op {

/// forward and pullback of Op over S, with the signatures of Kernel<S>; none of its own for most.
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

}  // namespace detail

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

}  // namespace tracer::op
