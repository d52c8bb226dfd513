#pragma once

#include "tracer/op/relu.hpp"
#include "tracer/op/room.hpp"
#include "tracer/op/share_of_first.hpp"

namespace tracer::op {

/// y = max(a, b), entry by entry
///   ā = ȳ where a > b, b̄ = ȳ where b > a, ȳ/2 each where they are equal
/// Corner where a = b, where the slope is shared evenly (PyTorch's choice).
struct Maximum {
  template <class V>
  static V forward(const V& a, const V& b) {
    if constexpr (std::floating_point<V>) {
      return a != a || a > b ? a : b;  // a NaN on either side stays
    } else {
      return max(a, b);
    }
  }
  static auto left(const auto& y_bar, const auto& /*y*/, const auto& a, const auto& b) {
    return y_bar * share_of_first(a, b);
  }
  static auto right(const auto& y_bar, const auto& /*y*/, const auto& a, const auto& b) {
    return y_bar * share_of_first(b, a);
  }
  static auto corner(const auto& a, const auto& b) { return a - b; }

  static constexpr std::string_view name = "maximum";
  static constexpr bool quadratic = true;
  static const Operation& with_zero() { return operation<Relu>(); }
  static constexpr Reference reference{
      "the larger of a and b, entry by entry", "same shapes, or broadcast",
      "1 for the larger, 0 for the smaller", "a = b: ½ each", "torch.maximum"};
};

}  // namespace tracer::op
