// logsumexp over float and double: the largest entry is taken out first, as everybody does, for the
// formula overflows where exp does.
#pragma once

#include "tracer/op/fast.hpp"
#include "tracer/op/logsumexp.hpp"
#include "tracer/op/matrices.hpp"

namespace tracer::op {

/// max x + ln Σ exp(x − max x)
template <Over over, std::floating_point S>
struct Fast<LogSumExp<over>, S> {
  static void forward(const With<S>& /*with*/, View<S> y, std::span<const ConstView<S>> operands) {
    tracer::detail::for_each_group<over>(y, operands[0], [](auto group_y, const auto& x) {
      const S largest = x.template maxCoeff<Eigen::PropagateNaN>();
      // ∞ − ∞ is no number: where the largest is infinite it is the result
      group_y.coeffRef(0, 0) =
          std::isinf(largest) ? largest : largest + std::log((x - largest).exp().sum());
    });
  }
};

}  // namespace tracer::op
