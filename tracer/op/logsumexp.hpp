// Next: logsumexp_fast.hpp, how floating point avoids overflow.
#pragma once

#include "tracer/op/exp.hpp"
#include "tracer/op/log.hpp"
#include "tracer/op/room.hpp"
#include "tracer/op/softmax.hpp"
#include "tracer/op/sum.hpp"

namespace tracer::op {

/// y = ln Σ exp x, of all entries or along one side
///   x̄ = ȳ softmax(x)
/// Source: Blanchard, Higham & Higham 2021, eq. 1.1 and 1.3.
template <Over over>
struct LogSumExp {
  static Symbol expansion(const Symbol& x) { return log(sum<over>(exp(x))); }
  static auto pullback(const Symbol& y_bar, const Symbol& y, const Symbol& x) {
    const bool is_row = x.shape().rows.is_one();
    if (over == Over::all && !is_row && !x.shape().columns.is_one())  // no softmax runs over both
      return std::tuple{broadcast<over>(y_bar, x) * exp(x - broadcast<over>(y, x))};
    const int axis = over == Over::all ? (is_row ? 1 : 0) : axis_of(over);
    return std::tuple{broadcast<over>(y_bar, x) * softmax(x, axis)};
  }
  static Shape shape(std::span<const Shape> x, const Attributes&) { return reduced(over, x[0]); }

  static constexpr std::string_view name =
      name_over(over, "logsumexp", "logsumexp of each column", "logsumexp of each row");
  static constexpr std::string_view call = "logsumexp";
  static constexpr Reference reference{"ln Σ exp x; logsumexp(x, axis=0|1)",
                                       "m×n gives 1×1, 1×n, m×1", "softmax(x)", "none",
                                       "torch.logsumexp, scipy.special.logsumexp"};
};

}  // namespace tracer::op
