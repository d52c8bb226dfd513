// softmax and log_softmax over Uncertain, the largest entry subtracted first, as everybody does:
// the formulas of their rooms overflow where exp does. Next: fast.hpp, the same for float and
// double.
#pragma once

#include "tracer/number/uncertain.hpp"
#include "tracer/op/fast.hpp"
#include "tracer/op/log_softmax.hpp"
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
