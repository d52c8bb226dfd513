#pragma once

#include "tracer/op/normal_pdf.hpp"
#include "tracer/op/room.hpp"

namespace tracer::op {

/// Φ(x), the standard normal distribution        x̄ = ȳ φ(x)
struct NormalCdf {
  static auto forward(const auto& x) { return normal_cdf(x); }
  static auto slope(const auto& x, const auto& /*y*/) { return normal_pdf(x); }

  static constexpr std::string_view name = "Φ";
  static constexpr std::string_view call = "";
  static constexpr std::array samples{-3.0, -0.5, 0.0, 2.0};
};

}  // namespace tracer::op

namespace tracer {

template <op::Derived V>
V normal_cdf(const V& x) {
  return op::derived<op::NormalCdf>(x);
}

}  // namespace tracer
