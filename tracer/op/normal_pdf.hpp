#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

/// φ(x) = exp(−x²/2)/√(2π)                        x̄ = −ȳ x φ(x)
struct NormalPdf {
  static auto forward(const auto& x) { return normal_pdf(x); }
  static auto slope(const auto& x, const auto& y) { return -(x * y); }

  static constexpr std::string_view name = "φ";
  static constexpr std::string_view call = "";
  static constexpr std::array samples{-3.0, -0.5, 0.0, 2.0};
};

}  // namespace tracer::op

namespace tracer {

template <op::Derived V>
V normal_pdf(const V& x) {
  return op::derived<op::NormalPdf>(x);
}

}  // namespace tracer
