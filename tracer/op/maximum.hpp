#pragma once

#include "tracer/op/relu.hpp"
#include "tracer/op/room.hpp"

namespace tracer::op {

/// y = max(a, b), entry by entry
///   ā = ȳ where a > b, b̄ = ȳ where b > a, ȳ/2 each where they are equal
/// Corner where a = b, where the slope is shared evenly (PyTorch's choice).
struct Maximum {
  static auto forward(const auto& a, const auto& b) { return maximum(a, b); }
  static void corner(auto& c, const auto& a, const auto& b) { c = a - b; }
  static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& a, const auto& b) {
    return std::tuple{y_bar * share_of_first(a, b), y_bar * share_of_first(b, a)};
  }

  static constexpr std::string_view name = "maximum";
  static constexpr std::string_view call = "maximum";
  static constexpr bool quadratic = true;
  static const Operation& with_zero() { return operation<Relu>(); }
  static constexpr int operands = 2;
  static constexpr Reference reference{
      "the larger of a and b, entry by entry", "same shapes, or broadcast",
      "1 for the larger, 0 for the smaller", "a = b: ½ each", "torch.maximum"};
  static constexpr std::array samples{-2.0, 0.5, 1.5};
};

}  // namespace tracer::op
