// The functions that <cmath> lacks, for float and double, under the names they have over Exact
// (exact.hpp). Stable: nothing overflows on the way to a finite result, the far tails keep their
// relative precision, and NaN stays NaN.
#pragma once

#include <cmath>
#include <concepts>
#include <numbers>
#include <type_traits>

namespace tracer {

/// 1/(1 + exp(−x)), written so that exp never overflows.
template <std::floating_point S>
S sigmoid(S x) {
  if (x >= 0) return 1 / (1 + std::exp(-x));
  const S e = std::exp(x);
  return e / (1 + e);
}

/// log(1 + exp x) = x + log(1 + exp(−x)).
template <std::floating_point S>
S softplus(S x) {
  return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
}

/// The standard normal distribution, Φ(x) = erfc(−x/√2)/2. For x < 0 the relative error of erfc(t)
/// is about 2t² times that of t, so double corrects for the rounding of t to first order.
template <std::floating_point S>
S normal_cdf(S x) {
  if constexpr (std::is_same_v<S, float>) {
    return static_cast<float>(std::erfc(-static_cast<double>(x) * (std::numbers::sqrt2 / 2)) / 2);
  } else {
    constexpr double root_half = 0.70710678118654752440;
    constexpr double root_half_rest = -4.833646656726457e-17;  // √½ − root_half
    const double t = -x * root_half;
    const double missing = std::fma(-x, root_half, -t) - x * root_half_rest;  // of t
    const double slope = 2 * std::numbers::inv_sqrtpi * std::exp(-t * t);     // −erfc′(t)
    const double y = std::erfc(t);
    return slope > 0 ? (y - slope * missing) / 2 : y / 2;  // slope 0: out there missing may be NaN
  }
}

/// The standard normal density, exp(−x²/2)/√(2π), corrected for the rounding of x².
template <std::floating_point S>
S normal_pdf(S x) {
  constexpr double scale = std::numbers::inv_sqrtpi / std::numbers::sqrt2;
  const double t = static_cast<double>(x);
  const double square = t * t;
  const double y = scale * std::exp(-square / 2);
  if constexpr (std::is_same_v<S, float>) return static_cast<float>(y);
  return y > 0 ? static_cast<S>(y * (1 - std::fma(t, t, -square) / 2)) : static_cast<S>(y);
}

/// 1 where x > 0, else 0: the derivative of relu, PyTorch's choice at 0.
template <std::floating_point S>
S step(S x) {
  return x > 0 ? S(1) : x <= 0 ? S(0) : x;
}

/// −1, 0 or 1.
template <std::floating_point S>
S sign_of(S x) {
  return x > 0 ? S(1) : x < 0 ? S(-1) : x == 0 ? S(0) : x;
}

/// y·log p, and 0 where y is 0: a class that is not the true one costs nothing, whatever its p.
template <std::floating_point S>
S xlogy(S y, S p) {
  return y == 0 && !std::isnan(p) ? S(0) : y * std::log(p);
}

}  // namespace tracer
