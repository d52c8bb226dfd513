// Uncertain: a number as somebody's floating point may have computed it. It carries the value, to
// 64 bits where the processor has them, and its spread: how far rounding moves it, counted in unit
// roundoffs. A program whose arithmetic has the unit roundoff u (2⁻⁵³ for float64) gets within a
// small multiple of u·spread of the value.
//
//   Uncertain p = a * b        value a·b, spread² = (a·spread(b))² + (b·spread(a))² + (a·b)²
//   Uncertain s = p + q        value p + q, spread² = spread(p)² + spread(q)² + (p + q)²
//
// Roundings are taken as independent of each other, so that squares add up: bounds that take the
// worst of each grow by the square root of a layer's width with every layer, and a float32 gradient
// three layers down could be wrong by a hundredth. What cancels keeps its spread: a true zero that
// comes of cancelling has one, and a zero that is a product with 0 has none. That is all that a
// comparison with a claim needs (diagnosis/compare.hpp). To first order in u; a branch (relu)
// is taken by the value. Source: Higham 2002, §2.8 (statistical error), §3.3 (running error).
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <concepts>

#include "tracer/number/exact.hpp"
#include "tracer/number/functions.hpp"

namespace tracer {

struct Uncertain {
  long double value = 0;
  long double variance = 0;  ///< spread²: at least 0

  Uncertain() = default;
  template <std::integral T>
  Uncertain(T n) : value(static_cast<long double>(n)) {}  // NOLINT: literals in rules are ints
  Uncertain(long double v, long double spread) : value(v), variance(spread * spread) {}
  static Uncertain with_variance(long double v, long double variance) {
    Uncertain x;
    x.value = v;
    x.variance = variance;
    return x;
  }

  double spread() const { return static_cast<double>(std::sqrt(variance)); }
  bool is_zero_surely() const { return value == 0 && variance == 0; }
  explicit operator double() const { return static_cast<double>(value); }

  Uncertain& operator+=(const Uncertain& b) { return *this = *this + b; }
  Uncertain& operator-=(const Uncertain& b) { return *this = *this - b; }
  Uncertain& operator*=(const Uncertain& b) { return *this = *this * b; }
  Uncertain& operator/=(const Uncertain& b) { return *this = *this / b; }
  Uncertain operator-() const { return with_variance(-value, variance); }

  // What is added to 0 is not rounded.
  friend Uncertain operator+(const Uncertain& a, const Uncertain& b) {
    const long double sum = a.value + b.value;
    const bool rounded = a.value != 0 && b.value != 0;
    return with_variance(sum, a.variance + b.variance + (rounded ? sum * sum : 0));
  }
  friend Uncertain operator-(const Uncertain& a, const Uncertain& b) { return a + -b; }
  friend Uncertain operator*(const Uncertain& a, const Uncertain& b) {
    const long double product = a.value * b.value;
    return with_variance(product, a.value * a.value * b.variance + b.value * b.value * a.variance +
                                      product * product);
  }
  friend Uncertain operator/(const Uncertain& a, const Uncertain& b) {
    const long double q = a.value / b.value;
    return with_variance(q, (a.variance + q * q * b.variance) / (b.value * b.value) + q * q);
  }

  // Branches go by the value. NaN is neither.
  friend bool operator==(const Uncertain& a, const Uncertain& b) { return a.value == b.value; }
  friend bool operator!=(const Uncertain& a, const Uncertain& b) { return a.value != b.value; }
  friend bool operator<(const Uncertain& a, const Uncertain& b) { return a.value < b.value; }
  friend bool operator<=(const Uncertain& a, const Uncertain& b) { return a.value <= b.value; }
  friend bool operator>(const Uncertain& a, const Uncertain& b) { return a.value > b.value; }
  friend bool operator>=(const Uncertain& a, const Uncertain& b) { return a.value >= b.value; }
};

/// The value of x to 64 bits. An interval counts as its midpoint.
long double to_long_double(const Exact& x);
/// A number of the lesson: with a spread unless every arithmetic has it (½ and 3, not 0.1).
Uncertain known(const Exact& x);

/// f(x) = y, with the slope there for what rounding has already moved.
inline Uncertain image(const Uncertain& x, long double y, long double slope) {
  return Uncertain::with_variance(y, slope * slope * x.variance + y * y);
}

// exp, tanh and their like follow from the rules of their rooms (op/entrywise.hpp).
inline Uncertain sqrt(const Uncertain& x) {
  const auto y = std::sqrt(x.value);
  // at 0 nothing is to be said of the slope, and 0 itself is exact
  return y == 0 ? Uncertain(0, std::sqrt(x.spread())) : image(x, y, 1 / (2 * y));
}
inline Uncertain pow(const Uncertain& x, const Uncertain& n) {
  if (n.value == 2 && n.variance == 0) return image(x, x.value * x.value, 2 * x.value);
  const auto y = std::pow(x.value, n.value);
  const auto slope = x.value == 0 ? 0 : n.value * y / x.value;
  Uncertain result = image(x, y, slope);
  if (n.variance > 0 && x.value > 0) {
    const auto slope_of_n = y * std::log(x.value);
    result.variance += slope_of_n * slope_of_n * n.variance;
  }
  return result;
}
inline Uncertain abs(const Uncertain& x) { return x.value < 0 ? -x : x; }
inline Uncertain max(const Uncertain& a, const Uncertain& b) { return a.value < b.value ? b : a; }
inline Uncertain min(const Uncertain& a, const Uncertain& b) { return b.value < a.value ? b : a; }
inline Uncertain sign_of(const Uncertain& x) { return {sign_of(x.value), 0}; }
inline Uncertain step(const Uncertain& x) { return {step(x.value), 0}; }
inline bool isfinite(const Uncertain& x) {
  return std::isfinite(x.value) && std::isfinite(x.variance);
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
