// The functions of rules over float, double and long double, under the names they have over Exact
// (exact.hpp): those of <cmath>, and those that it lacks. Stable: nothing overflows on the way to a
// finite result, the far tails keep their relative precision, and NaN stays NaN.
//
// exp and tanh of a float are computed here, by plain arithmetic that a compiler can do for many
// entries at once; those of a double are the C library's.
#pragma once

#include <bit>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <numbers>
#include <type_traits>

namespace tracer {

using std::abs;
using std::cos;
using std::log;
using std::pow;
using std::sin;
using std::sqrt;

namespace detail {

/// x = n·ln 2 + r with n whole and |r| ≤ ½ ln 2: the power 2ⁿ in two halves, each a float, and
/// expm1(r) = r + r²/2 + ... + r⁷/5040, which leaves out r⁸/8! < 6e-9.
struct ExpParts {
  float half_power;
  float other_half;
  float expm1;
};
inline ExpParts exp_parts(float x) {
  // beyond these the result is 0 or ∞ all the same; written so that NaN stays NaN
  x = x < -120.0F ? -120.0F : x;
  x = x > 120.0F ? 120.0F : x;
  constexpr float rounder = 12582912.0F;  // 1.5·2²³: adding it leaves no room for a fraction
  const float shifted = x * 1.44269504F + rounder;  // 1/ln 2
  const float n = shifted - rounder;
  const std::int32_t whole = std::bit_cast<std::int32_t>(shifted) - 0x4B400000;  // n as a number
  // ln 2 in two pieces, the first of few digits, so that n·0.693359375 is exact
  const float r = (x - n * 0.693359375F) + n * 2.12194440e-4F;
  float p = 1.0F / 5040;
  p = p * r + 1.0F / 720;
  p = p * r + 1.0F / 120;
  p = p * r + 1.0F / 24;
  p = p * r + 1.0F / 6;
  p = p * r + 0.5F;
  const std::int32_t half = whole >> 1;
  const auto power = [](std::int32_t e) {
    return std::bit_cast<float>(
        static_cast<std::int32_t>(static_cast<std::uint32_t>(e + 127) << 23));
  };
  return {power(half), power(whole - half), r + r * r * p};
}

inline float exp_of(float x) {
  const ExpParts e = exp_parts(x);
  return (1.0F + e.expm1) * e.half_power * e.other_half;
}

inline float tanh_of(float x) {
  // with u = expm1(2|x|) it is u/(u + 2), which loses nothing near 0
  const float size = x < 0 ? -x : x;
  const float bounded = size > 10.0F ? 10.0F : size;  // there it is 1 already, to every digit
  const ExpParts e = exp_parts(2 * bounded);
  const float power = e.half_power * e.other_half;
  const float u = e.expm1 * power + (power - 1.0F);
  const float t = u / (u + 2.0F);
  return x < 0 ? -t : t;
}

}  // namespace detail

template <std::floating_point S>
S exp(S x) {
  if constexpr (std::is_same_v<S, float>) {
    return detail::exp_of(x);
  } else {
    return std::exp(x);
  }
}

template <std::floating_point S>
S tanh(S x) {
  if constexpr (std::is_same_v<S, float>) {
    return detail::tanh_of(x);
  } else {
    return std::tanh(x);
  }
}

/// 1/(1 + exp(−x)); exp may reach infinity, and then 1/∞ is the 0 that is wanted.
template <std::floating_point S>
S sigmoid(S x) {
  return 1 / (1 + exp(-x));
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
  } else if constexpr (std::is_same_v<S, long double>) {
    return std::erfc(-x / std::numbers::sqrt2_v<long double>) / 2;
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
  if constexpr (std::is_same_v<S, long double>) {
    const S square = x * x;
    return std::numbers::inv_sqrtpi_v<S> / std::numbers::sqrt2_v<S> * std::exp(-square / 2) *
           (1 - std::fma(x, x, -square) / 2);
  }
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
