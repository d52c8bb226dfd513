#pragma once

#include "tracer/op/divide.hpp"
#include "tracer/op/room.hpp"

namespace tracer::op {

/// y = a/b, and 0 where a is 0 whatever b is (the limit that the rules of xlogy and norm need).
struct Ratio {
  template <class V>
  static V forward(const V& a, const V& b) {
    if constexpr (std::floating_point<V>) {
      return a == 0 && b == b ? V(0) : a / b;  // NaN stays NaN
    } else {
      return a.is_zero_surely() ? V(0) : a / b;
    }
  }
  static auto left(const auto& y_bar, const auto& /*y*/, const auto& /*a*/, const auto& b) {
    return word<Ratio>(y_bar, b);
  }
  static auto right(const auto& y_bar, const auto& /*y*/, const auto& a, const auto& b) {
    return -word<Ratio>(y_bar * a, b * b);
  }

  static constexpr std::string_view name = "ratio";
  static constexpr std::string_view call = "";
  static constexpr Law law = Law::divide;

  static Notation notation(std::span<const Operand> x, const Attributes& with) {
    return Divide::notation(x, with);
  }
};

}  // namespace tracer::op

namespace tracer {

template <op::Entry V>
V ratio(const V& a, const V& b) {
  return op::word<op::Ratio>(a, b);
}

}  // namespace tracer
