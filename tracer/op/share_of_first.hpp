#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

/// [a > b]: 1 where a is the larger, 0 where it is the smaller, ½ where they are equal. Flat, so
/// its slope is 0.
struct ShareOfFirst {
  static auto forward(const auto& a, const auto& b) { return share_of_first(a, b); }
  static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& /*a*/, const auto& /*b*/) {
    return std::tuple{0 * y_bar, 0 * y_bar};
  }

  static constexpr std::string_view name = "a > b";
  static constexpr std::string_view call = "";
  static constexpr int operands = 2;
  static constexpr std::array samples{-2.0, 0.5, 1.5};

  static Notation notation(const Notation& a, const Notation& b) {
    return notation::words("[", {a, notation::words(">"), b, notation::words("]")});
  }
};

}  // namespace tracer::op
