// Dropout in one pass.
#pragma once

#include "tracer/op/dropout.hpp"
#include "tracer/op/fast.hpp"

namespace tracer::op {

namespace loops {

/// y = factor·a·b, entry by entry
template <class S>
void scaled_product(Index n, S factor, const S* a, const S* b, S* __restrict y, bool add) {
  for (Index i = 0; i < n; ++i) put<S>(y[i], factor * a[i] * b[i], add);
}

}  // namespace loops

template <std::floating_point S>
struct Fast<Dropout, S> {
  static S kept(const With<S>& with) { return 1 / (1 - with[0]); }
  static void forward(const With<S>& with, View<S> y, std::span<const ConstView<S>> x) {
    in_parts(y.size(), detail::part, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      on_this_processor<loops::scaled_product<S>>(end - begin, kept(with), x[0].data() + begin,
                                                  x[1].data() + begin, y.data() + begin, false);
    });
  }
  static void pullback(const With<S>& with, int operand, bool first, View<S> x_bar,
                       ConstView<S> y_bar, ConstView<S> /*y*/, std::span<const ConstView<S>> x) {
    const S* const other = x[operand == 0 ? 1 : 0].data();
    in_parts(x_bar.size(), detail::part, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      on_this_processor<loops::scaled_product<S>>(end - begin, kept(with), y_bar.data() + begin,
                                                  other + begin, x_bar.data() + begin, !first);
    });
  }
};

}  // namespace tracer::op
