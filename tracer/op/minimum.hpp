#pragma once

#include "tracer/op/maximum.hpp"
#include "tracer/op/room.hpp"

namespace tracer::op {

/// y = min(a, b), entry by entry, as −max(−a, −b): the adjoint goes to the smaller, half each where
/// they are equal.
struct Minimum {
  static auto forward(const auto& a, const auto& b) { return -Maximum::forward(-a, -b); }
  static auto left(const auto& y_bar, const auto& /*y*/, const auto& a, const auto& b) {
    return y_bar * share_of_first(b, a);
  }
  static auto right(const auto& y_bar, const auto& /*y*/, const auto& a, const auto& b) {
    return y_bar * share_of_first(a, b);
  }
  static auto corner(const auto& a, const auto& b) { return a - b; }

  static constexpr std::string_view name = "minimum";
  static constexpr bool quadratic = true;
  static constexpr Reference reference{
      "the smaller of a and b, entry by entry", "same shapes, or broadcast",
      "1 for the smaller, 0 for the larger", "a = b: ½ each", "torch.minimum"};
};

}  // namespace tracer::op
