#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

/// [a > b]: 1 where a is the larger, 0 where it is the smaller, ½ where they are equal. Flat, so
/// its slope is 0.
struct ShareOfFirst {
  template <class V>
  static V forward(const V& a, const V& b) {
    if (a > b) return V(1);
    return a < b ? V(0) : V(1) / V(2);
  }
  static auto left(const auto& y_bar, const auto& /*y*/, const auto& /*a*/, const auto& /*b*/) {
    return 0 * y_bar;
  }
  static auto right(const auto& y_bar, const auto& /*y*/, const auto& /*a*/, const auto& /*b*/) {
    return 0 * y_bar;
  }

  static constexpr std::string_view name = "a > b";
  static constexpr std::string_view call = "";

  static Notation notation(const Notation& a, const Notation& b) {
    return notation::words("[", {a, notation::words(">"), b, notation::words("]")});
  }
  static std::string tie(std::span<const std::string> x, long long tied, long long all) {
    if (all == 1)
      return x[0] + " = " + x[1] + ", a tie: no slope there, ½ is taken for each by choice";
    return std::to_string(tied) + " of " + std::to_string(all) + " entries of " + x[0] + " and " +
           x[1] + " are equal, a tie: no slope there, ½ is taken for each by choice";
  }
};

}  // namespace tracer::op

namespace tracer {

template <op::Entry V>
V share_of_first(const V& a, const V& b) {
  return op::word<op::ShareOfFirst>(a, b);
}

}  // namespace tracer
