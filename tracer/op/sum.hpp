#pragma once

#include "tracer/op/matrices.hpp"
#include "tracer/op/room.hpp"

namespace tracer::op {

/// y = Σ x             x̄ = ȳ, repeated over what was summed
template <Over over>
struct Sum {
  static auto forward(const auto& x) { return sum<over>(x); }
  static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& x) {
    return std::tuple{broadcast<over>(y_bar, x)};
  }
  static Shape shape(std::span<const Shape> x, const Attributes&) { return reduced(over, x[0]); }

  static constexpr std::string_view name =
      name_over(over, "sum", "sum of each column", "sum of each row");
  static constexpr std::string_view call = "sum";
  static constexpr Law law = Law::sum;
  static constexpr int axis = axis_of(over);
  static constexpr bool quadratic = true;
  static constexpr Reference reference{
      "sum(x), sum(x, axis=0), sum(x, axis=1)", "m×n gives 1×1, 1×n, m×1",
      "1 for every entry: ȳ is repeated", "none", "numpy.sum (keepdims)"};

  static Notation notation(const Notation& x) {
    return notation::words(std::string(name_over(over, "Σ", "column sums of", "row sums of")), {x});
  }
};

}  // namespace tracer::op
