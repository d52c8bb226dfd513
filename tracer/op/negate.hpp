#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

/// y = −x              x̄ = −ȳ
struct Negate {
  static auto forward(const auto& x) { return -x; }
  static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& /*x*/) {
    return std::tuple{-y_bar};
  }

  static constexpr std::string_view name = "negate";
  static constexpr std::string_view call = "";
  static constexpr bool quadratic = true;
  static constexpr Law law = Law::negate;
  static constexpr Reference reference{"−x", "any", "−ȳ"};
  static constexpr std::array samples{-2.0, 0.0, 1.5};

  static Notation notation(const Notation& x) { return notation::negate(x); }
};

}  // namespace tracer::op
