// In a formula a scalar goes with every matrix; in the graph a broadcast brings it to the shape
// first, so that its rule, a sum, is a step of its own. So it is with all arithmetic.
#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

/// y = a + b           ā = ȳ, b̄ = ȳ
struct Add {
  static auto forward(const auto& a, const auto& b) { return a + b; }
  static auto left(const auto& y_bar, const auto& /*y*/, const auto& /*a*/, const auto& /*b*/) {
    return y_bar;
  }
  static auto right(const auto& y_bar, const auto& /*y*/, const auto& /*a*/, const auto& /*b*/) {
    return y_bar;
  }

  static constexpr std::string_view name = "add";
  static constexpr std::string_view call = "";
  static constexpr bool quadratic = true;
  static constexpr Law law = Law::add;
  static constexpr Reference reference{"a + b", "same shapes, or broadcast", "ȳ for a, ȳ for b"};
  static constexpr std::array samples{-2.0, 0.0, 1.5};

  static Notation notation(const Notation& a, const Notation& b) { return notation::sum({a, b}); }
};

}  // namespace tracer::op
