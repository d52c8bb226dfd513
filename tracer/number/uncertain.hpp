// Uncertain: a number as somebody's floating point may have computed it. It carries the value, to
// 64 bits where the processor has them, and its spread: how far rounding moves it, counted in unit
// roundoffs. A program whose arithmetic has the unit roundoff u (2⁻⁵³ for float64) gets within a
// small multiple of u·spread of the value, in whatever order it adds up.
//
//   Uncertain p = a * b        value a·b, spread |a|·spread(b) + |b|·spread(a) + |a·b|
//   Uncertain s = p + q        value p + q, spread(p) + spread(q): nothing is lost where it cancels
//   Uncertain t = 1 + p        the 1 has no spread, but the sum is rounded: spread at least |t|
//
// So the spread of a sum of products is the sum of their absolute values, plus what came in with
// its operands: a true zero that comes of cancelling has one, and a zero that is a product with 0
// has none. That is all that a comparison with a claim needs (check/compare.hpp). To first order in
// u; a branch (relu) is taken by the value. Source: running error analysis, Higham 2002, §3.3.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <concepts>
#include <numbers>

#include "tracer/number/exact.hpp"
#include "tracer/number/functions.hpp"

namespace tracer {

struct Uncertain {
  long double value = 0;
  double spread = 0;  ///< at least 0

  Uncertain() = default;
  template <std::integral T>
  Uncertain(T n) : value(static_cast<long double>(n)) {}  // NOLINT: literals in rules are ints
  Uncertain(long double v, double s) : value(v), spread(s) {}

  bool is_zero_surely() const { return value == 0 && spread == 0; }
  explicit operator double() const { return static_cast<double>(value); }

  Uncertain& operator+=(const Uncertain& b) {
    value += b.value;
    spread = of_sum(value, spread + b.spread);
    return *this;
  }
  Uncertain& operator-=(const Uncertain& b) {
    value -= b.value;
    spread = of_sum(value, spread + b.spread);
    return *this;
  }
  Uncertain& operator*=(const Uncertain& b) { return *this = *this * b; }
  Uncertain& operator/=(const Uncertain& b) { return *this = *this / b; }
  Uncertain operator-() const { return {-value, spread}; }

  friend Uncertain operator+(Uncertain a, const Uncertain& b) { return a += b; }
  friend Uncertain operator-(Uncertain a, const Uncertain& b) { return a -= b; }
  friend Uncertain operator*(const Uncertain& a, const Uncertain& b) {
    const auto x = size(a.value);
    const auto y = size(b.value);
    return {a.value * b.value, x * b.spread + y * a.spread + x * y};
  }
  friend Uncertain operator/(const Uncertain& a, const Uncertain& b) {
    const auto quotient = a.value / b.value;
    return {quotient, (a.spread + size(quotient) * b.spread) / size(b.value) + size(quotient)};
  }

  // Branches go by the value. NaN is neither.
  friend bool operator==(const Uncertain& a, const Uncertain& b) { return a.value == b.value; }
  friend bool operator!=(const Uncertain& a, const Uncertain& b) { return a.value != b.value; }
  friend bool operator<(const Uncertain& a, const Uncertain& b) { return a.value < b.value; }
  friend bool operator<=(const Uncertain& a, const Uncertain& b) { return a.value <= b.value; }
  friend bool operator>(const Uncertain& a, const Uncertain& b) { return a.value > b.value; }
  friend bool operator>=(const Uncertain& a, const Uncertain& b) { return a.value >= b.value; }

  static double size(long double x) { return std::fabs(static_cast<double>(x)); }

 private:
  // What a sum is rounded by is in the spreads of its terms, unless one of them is known surely. A
  // sum of such alone (3 + 4) is taken to be exact.
  static double of_sum(long double sum, double of_terms) {
    return of_terms > 0 ? std::max(of_terms, size(sum)) : of_terms;
  }
};

/// The value of x to 64 bits. An interval counts as its midpoint.
long double to_long_double(const Exact& x);
/// A number of the lesson: with a spread unless every arithmetic has it (½ and 3, not 0.1).
Uncertain known(const Exact& x);

/// f(x), with |f′(x)| for what rounding has already moved.
inline Uncertain image(const Uncertain& x, long double y, long double slope) {
  return {y, Uncertain::size(slope) * x.spread + Uncertain::size(y)};
}

inline Uncertain exp(const Uncertain& x) {
  const auto y = std::exp(x.value);
  return image(x, y, y);
}
inline Uncertain log(const Uncertain& x) { return image(x, std::log(x.value), 1 / x.value); }
inline Uncertain sqrt(const Uncertain& x) {
  const auto y = std::sqrt(x.value);
  // at 0 nothing is to be said of the slope, and 0 itself is exact
  return y == 0 ? Uncertain(0, std::sqrt(x.spread)) : image(x, y, 1 / (2 * y));
}
inline Uncertain sin(const Uncertain& x) {
  return image(x, std::sin(x.value), std::cos(x.value));
}
inline Uncertain cos(const Uncertain& x) {
  return image(x, std::cos(x.value), std::sin(x.value));
}
inline Uncertain tanh(const Uncertain& x) {
  const auto y = std::tanh(x.value);
  return image(x, y, 1 - y * y);
}
inline Uncertain sigmoid(const Uncertain& x) {
  const auto y = sigmoid(x.value);
  return image(x, y, y * (1 - y));
}
inline Uncertain softplus(const Uncertain& x) {
  return image(x, softplus(x.value), sigmoid(x.value));
}
inline Uncertain normal_pdf(const Uncertain& x) {
  // corrected for the rounding of x², as for double
  const long double square = x.value * x.value;
  const long double y = std::numbers::inv_sqrtpi_v<long double> /
                        std::numbers::sqrt2_v<long double> * std::exp(-square / 2) *
                        (1 - std::fma(x.value, x.value, -square) / 2);
  return image(x, y, x.value * y);
}
inline Uncertain normal_cdf(const Uncertain& x) {
  const long double y = std::erfc(-x.value / std::numbers::sqrt2_v<long double>) / 2;
  return image(x, y, normal_pdf(x).value);
}
inline Uncertain pow(const Uncertain& x, const Uncertain& n) {
  if (n.value == 2) return x * x;
  const auto y = std::pow(x.value, n.value);
  const auto slope = x.value == 0 ? 0 : n.value * y / x.value;
  const double of_n = n.spread > 0 && x.value > 0
                          ? Uncertain::size(y * std::log(x.value)) * n.spread
                          : 0;
  Uncertain result = image(x, y, slope);
  result.spread += of_n;
  return result;
}
inline Uncertain abs(const Uncertain& x) { return x.value < 0 ? -x : x; }
inline Uncertain max(const Uncertain& a, const Uncertain& b) { return a.value < b.value ? b : a; }
inline Uncertain min(const Uncertain& a, const Uncertain& b) { return b.value < a.value ? b : a; }
inline Uncertain sign_of(const Uncertain& x) { return {sign_of(x.value), 0}; }
inline Uncertain step(const Uncertain& x) { return {step(x.value), 0}; }
inline Uncertain xlogy(const Uncertain& y, const Uncertain& p) {
  return y.is_zero_surely() ? Uncertain(0) : y * log(p);
}
inline bool isfinite(const Uncertain& x) {
  return std::isfinite(x.value) && std::isfinite(x.spread);
}

}  // namespace tracer

namespace Eigen {

template <>
struct NumTraits<tracer::Uncertain> : GenericNumTraits<long double> {
  using Real = tracer::Uncertain;
  using NonInteger = tracer::Uncertain;
  using Literal = tracer::Uncertain;
  using Nested = tracer::Uncertain;
  enum { RequireInitialization = 1, ReadCost = 2, AddCost = 4, MulCost = 8 };
  static Real epsilon() { return 0; }
  static Real dummy_precision() { return 0; }
};

}  // namespace Eigen
