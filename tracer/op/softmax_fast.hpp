// softmax, the largest entry of each sample subtracted first, as everybody does: over float and
// double, and over Uncertain, for the formula overflows where exp does; over Exact, for equal
// entries have equal shares.
#pragma once

#include "tracer/op/fast.hpp"
#include "tracer/op/softmax.hpp"

namespace tracer::op {

namespace detail {

/// Calls one_sample(y, x − max x) for every sample; what is subtracted is no number that rounds.
inline void for_each_shifted(const With<Uncertain>& with, View<Uncertain> y,
                             std::span<const ConstView<Uncertain>> x, auto&& one_sample) {
  const int axis = with.attributes.axis;
  for (Eigen::Index k = 0; k < samples(y, axis); ++k) {
    auto in = sample(x[0], k, axis);
    Array<Uncertain> shifted = in;
    const long double largest = shifted.maxCoeff().value;
    for (Uncertain& entry : shifted.reshaped()) entry.value -= largest;
    one_sample(sample(y, k, axis), shifted);
  }
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
      detail::assign_or_add(detail::sample(x_bar, i, axis), share * (bar - mean), first);
    }
  }
};

/// The same over Exact where the entries of a sample are fractions: those that are equal to the
/// largest have exp(0), exactly 1, and if all are p is 1/k, which no interval would tell.
template <>
struct Fast<Softmax, Exact> {
  static void forward(const With<Exact>& with, View<Exact> y, std::span<const ConstView<Exact>> x) {
    const int axis = with.attributes.axis;
    for (Eigen::Index i = 0; i < detail::samples(y, axis); ++i) {
      Array<Exact> logits = detail::sample(x[0], i, axis);
      bool fractions = true;
      for (const Exact& entry : logits.reshaped()) fractions = fractions && entry.is_rational();
      if (fractions) {
        Exact largest = logits(0);
        for (const Exact& entry : logits.reshaped()) largest = max(largest, entry);
        for (Exact& entry : logits.reshaped()) entry -= largest;
      }
      Exact sum = 0;
      for (Exact& entry : logits.reshaped()) sum += entry = exp(entry);
      for (Exact& entry : logits.reshaped()) entry /= sum;
      detail::sample(y, i, axis) = logits;
    }
  }
};

template <>
struct Fast<Softmax, Uncertain> {
  static void forward(const With<Uncertain>& with, View<Uncertain> y,
                      std::span<const ConstView<Uncertain>> x) {
    detail::for_each_shifted(with, y, x, [](auto p, const Array<Uncertain>& z) {
      const Array<Uncertain> e = z.unaryExpr([](const Uncertain& v) { return exp(v); });
      const Uncertain sum = e.sum();
      p = e.unaryExpr([&](const Uncertain& v) -> Uncertain { return v / sum; });
    });
  }
};

}  // namespace tracer::op
