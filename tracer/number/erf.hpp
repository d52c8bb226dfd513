// The error function, (2/√π) ∫₀ˣ exp(−t²) dt, and its slope, over every number.
#pragma once

#include <cmath>
#include <concepts>
#include <numbers>

#include "tracer/number/exact.hpp"

namespace tracer {

template <std::floating_point S>
S erf(S x) {
  return std::erf(x);
}
/// (2/√π) exp(−x²)
template <std::floating_point S>
S erf_slope(S x) {
  return 2 * std::numbers::inv_sqrtpi_v<S> * std::exp(-x * x);
}
/// Rational only at 0.
Exact erf(const Exact& x);
Exact erf_slope(const Exact& x);

}  // namespace tracer
