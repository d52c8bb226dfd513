// log_softmax, the largest entry of each sample subtracted first: see softmax_fast.hpp.
#pragma once

#include <cmath>

#include "tracer/op/log_softmax.hpp"
#include "tracer/op/softmax_fast.hpp"

namespace tracer::op {

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
      const auto of_logits = bar - detail::sample(y, i, axis).exp() * total;
      detail::assign_or_add(detail::sample(x_bar, i, axis), of_logits, first);
    }
  }
};

template <>
struct Fast<LogSoftmax, Uncertain> {
  static void forward(const With<Uncertain>& with, View<Uncertain> y,
                      std::span<const ConstView<Uncertain>> x) {
    detail::for_each_shifted(with, y, x, [](auto log_p, const Array<Uncertain>& z) {
      const Array<Uncertain> e = z.unaryExpr([](const Uncertain& v) { return exp(v); });
      const Uncertain log_sum = log(e.sum());
      log_p = z.unaryExpr([&](const Uncertain& v) -> Uncertain { return v - log_sum; });
    });
  }
};

}  // namespace tracer::op
