// A number of an update rule as a run over numbers sees it: a learning rate, a β, what is made of
// them. It is more precise than the entries that it multiplies where those are float: 1 − 0.999f is
// off by 1e-5, and Adam divides by that.
#pragma once

#include <cmath>
#include <concepts>
#include <limits>
#include <type_traits>

#include "tracer/number/eigen.hpp"
#include "tracer/number/exact.hpp"

namespace tracer {

/// S: the scalar of the parameters, float, double or Exact.
template <class S>
class Coefficient {
 public:
  using Value = std::conditional_t<std::is_floating_point_v<S>, double, Exact>;

  Coefficient() = default;
  template <std::integral T>
  Coefficient(T n) : value_(static_cast<Value>(n)) {}  // NOLINT: rules say 1 - beta
  explicit Coefficient(Value value) : value_(std::move(value)) {}
  /// The wishes matter to Exact only.
  Coefficient(const Rational& q, Working working) : value_(converted(q, working)) {}

  const Value& value() const { return value_; }
  S scalar() const { return static_cast<S>(value_); }

  friend Coefficient operator+(const Coefficient& a, const Coefficient& b) {
    return made(a.value_ + b.value_);
  }
  friend Coefficient operator-(const Coefficient& a, const Coefficient& b) {
    return made(a.value_ - b.value_);
  }
  friend Coefficient operator*(const Coefficient& a, const Coefficient& b) {
    return made(a.value_ * b.value_);
  }
  friend Coefficient operator/(const Coefficient& a, const Coefficient& b) {
    return made(a.value_ / b.value_);
  }
  friend Coefficient power(const Coefficient& a, const Coefficient& n) {
    using std::pow;
    return made(pow(a.value_, n.value_));
  }

 private:
  static Coefficient made(Value value) { return Coefficient(std::move(value)); }
  static Value converted(const Rational& q, Working working) {
    if constexpr (std::is_same_v<Value, double>) {
      const double nearest =
          Exact(q, working).to_double();  // correctly rounded, which GMP's own conversion is not
      if (nearest != 0 || q == 0) return nearest;
      return q.sign() *
             std::numeric_limits<double>::denorm_min();  // what is on stays on, however small
    } else {
      return Exact(q, working);
    }
  }
  Value value_{};
};

// With entries: lazy, as all of the vocabulary. The scalar is kept by value in the expression.
template <class S, Numbers X>
auto operator*(const Coefficient<S>& c, const X& x) {
  return c.scalar() * x;
}
template <class S, Numbers X>
auto operator/(const X& x, const Coefficient<S>& c) {
  return x / c.scalar();
}
template <class S, Numbers X>
auto operator+(const X& x, const Coefficient<S>& c) {
  return x + c.scalar();
}

}  // namespace tracer
