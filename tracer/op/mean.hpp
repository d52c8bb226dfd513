#pragma once

#include "tracer/op/room.hpp"
#include "tracer/op/sum.hpp"

namespace tracer::op {

/// y = Σ x / n         x̄ = ȳ/n, repeated over what was averaged
template <Over over>
struct Mean {
  static Symbol expansion(const Symbol& x) { return sum<over>(x) / count<over>(x); }
  static Shape shape(std::span<const Shape> x, const Attributes&) { return reduced(over, x[0]); }

  static constexpr std::string_view name =
      name_over(over, "mean", "mean of each column", "mean of each row");
  static constexpr std::string_view call = "mean";
  static constexpr Law law = Law::mean;
  static constexpr int axis = axis_of(over);
  static constexpr std::array<std::string_view, 1> other_names{"average"};
  static constexpr bool quadratic = true;
  static constexpr Reference reference{"sum divided by how many there are",
                                       "m×n gives 1×1, 1×n, m×1", "1/n for every entry", "none",
                                       "numpy.mean (keepdims)"};

  static Notation notation(const Notation& x) {
    return notation::words(
        std::string(name_over(over, "mean of", "column means of", "row means of")), {x});
  }
};

}  // namespace tracer::op
