// Exact: the number of every derivation. It is a rational for as long as the arithmetic stays
// rational, and once a value is irrational (exp, log, the root of a non-square) an interval that
// surely contains it.
//
//   Exact x = 2;
//   x / 3          is 2/3
//   exp(x - 2)     is 1, still rational
//   exp(x)         is an interval around 7.389056...
//
// What can't be told from an interval (is it above 0?) throws Undecided, and the run starts again
// with more bits. How many bits is asked of a run, not of the program: every number carries its
// `Working` and passes it on, so two runs can go on side by side. Read decimal.hpp next: how it is
// printed.
#pragma once

#include <concepts>
#include <iosfwd>
#include <string>
#include <utility>
#include <variant>

#include "tracer/number/interval.hpp"
#include "tracer/number/rational.hpp"

namespace tracer {

/// What a run asks of its numbers. 0 means no wish (the literals of the rules have none); an
/// operation takes the larger wish of its operands.
struct Working {
  int bits = 0;           // precision of intervals; where nobody wishes any: 128
  int rational_bits = 0;  // largest bit_size of a rational before it becomes an interval; 0: any
  friend bool operator==(const Working&, const Working&) = default;
};

class Exact {
 public:
  Exact() = default;  // 0
  /// Integers convert by themselves, so that rules can say `1 - y * y`. Floating point does not:
  /// 0.1 is not a tenth. Use parse_rational or from_double.
  template <std::integral T>
  Exact(T n) : value_(Rational(n)) {}
  template <std::floating_point T>
  Exact(T) = delete;
  explicit Exact(Rational q, Working working = {});
  explicit Exact(Interval x, Working working = {});

  /// Exactly that double. Throws DomainError for NaN and infinities.
  static Exact from_double(double x, Working working = {});

  bool is_rational() const { return std::holds_alternative<Rational>(value_); }
  /// Requires is_rational().
  const Rational& rational() const { return *std::get_if<Rational>(&value_); }
  /// Requires !is_rational().
  const Interval& interval() const { return *std::get_if<Interval>(&value_); }

  Working working() const { return working_; }
  Exact with(Working working) const;  // the same value, other wishes
  /// An interval only because a rational passed rational_bits, and a rational without that limit.
  bool outgrown() const { return outgrown_; }

  int sign() const;  // -1, 0, 1; throws Undecided where an interval straddles or touches 0
  bool is_zero_surely() const;  // never throws
  bool contains_zero() const;   // never throws: it may be 0
  double to_double() const;     // nearest, ties to even; an interval counts as its midpoint
  float to_float() const;
  explicit operator double() const { return to_double(); }
  explicit operator float() const { return to_float(); }
  /// The value as an interval: a rational as one with ends of `bits` bits, an interval as it is.
  Interval enclosure(int bits) const;

  Exact& operator+=(const Exact& b);
  Exact& operator-=(const Exact& b);
  Exact& operator*=(const Exact& b);
  Exact& operator/=(const Exact& b);  // DomainError by 0, Undecided where the divisor may be 0
  Exact operator-() const;
  friend Exact operator+(Exact a, const Exact& b) { return std::move(a += b); }
  friend Exact operator-(Exact a, const Exact& b) { return std::move(a -= b); }
  friend Exact operator*(Exact a, const Exact& b) { return std::move(a *= b); }
  friend Exact operator/(Exact a, const Exact& b) { return std::move(a /= b); }

  // Comparisons throw Undecided where the intervals overlap, even an interval with itself.
  friend bool operator==(const Exact& a, const Exact& b) { return compare(a, b) == 0; }
  friend bool operator!=(const Exact& a, const Exact& b) { return compare(a, b) != 0; }
  friend bool operator<(const Exact& a, const Exact& b) { return compare(a, b) < 0; }
  friend bool operator<=(const Exact& a, const Exact& b) { return compare(a, b) <= 0; }
  friend bool operator>(const Exact& a, const Exact& b) { return compare(a, b) > 0; }
  friend bool operator>=(const Exact& a, const Exact& b) { return compare(a, b) >= 0; }

  /// -1, 0 or 1 as a < b, a = b, a > b. Throws Undecided.
  static int compare(const Exact& a, const Exact& b);

  /// A rational result under these wishes: becomes an interval where it has outgrown rational_bits.
  static Exact grown(Rational q, Working working);
  /// Around a rational that has outgrown rational_bits.
  static Exact grown(Interval x, Working working);
  friend Exact abs(const Exact& x);
  friend Exact pow(const Exact& x, long n);

 private:
  template <class OfRationals, class OfIntervals>
  Exact& combine(const Exact& b, const char* result, OfRationals, OfIntervals);
  std::variant<Rational, Interval> value_;
  Working working_;
  bool outgrown_ = false;
};

/// The larger of each wish.
Working larger(Working a, Working b);
/// The precision an interval gets under these wishes: bits, or 128 where there is no wish.
int interval_bits(Working working);
/// About 12 significant digits of x, for messages.
std::string brief(const Exact& x);
/// For tests and debuggers: "1/3" or "[2.71828182846, 2.71828182846]". For users: decimal.hpp.
std::ostream& operator<<(std::ostream& out, const Exact& x);

// The functions. Each is rational where that value is (exp 0, log 1, sqrt 4/9, 8**(1/3)), else an
// interval. DomainError: outside the domain, or too large to be represented. Undecided: can't tell
// whether it is inside.
Exact exp(const Exact& x);
Exact log(const Exact& x);
Exact sqrt(const Exact& x);
Exact abs(const Exact& x);  // never undecided: an interval across 0 gives [0, the larger end]
Exact sin(const Exact& x);
Exact cos(const Exact& x);
Exact tanh(const Exact& x);
Exact sigmoid(const Exact& x);
Exact softplus(const Exact& x);
Exact normal_cdf(const Exact& x);
Exact normal_pdf(const Exact& x);
Exact pow(const Exact& x, long n);          // 0**0 = 1, as in NumPy
Exact pow(const Exact& x, const Exact& y);  // exp(y log x) unless a rational rule answers
template <std::integral T>
Exact pow(const Exact& x, T n) {
  return pow(x, static_cast<long>(n));
}
Exact max(const Exact& a,
          const Exact& b);  // Undecided on overlap, unless one is surely not the larger
Exact min(const Exact& a, const Exact& b);
Exact sign_of(const Exact& x);                       // -1, 0, 1
Exact step(const Exact& x);                          // 1 where x > 0, else 0: PyTorch's choice at 0
Exact xlogy(const Exact& y, const Exact& p);         // y·log p; 0 where y is exactly 0, whatever p
inline bool isfinite(const Exact&) { return true; }  // what is not finite has thrown

}  // namespace tracer
