#include "tracer/number/exact.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <ostream>

#include "tracer/error.hpp"
#include "tracer/number/scratch.hpp"

namespace tracer {

namespace {

constexpr int default_bits =
    128;  // 38 decimal digits: enough for the 10 that are printed, with room to lose 28

/// For messages: "2", or "a number between -1e-40 and 2e-40".
std::string described(const Exact& x) {
  if (x.is_rational()) return brief(x);
  return fmt::format("a number between {} and {}", to_string(x.interval().lower()),
                     to_string(x.interval().upper()));
}

enum class End { lower, upper };

mpfr_srcptr end_of(const Exact& x, End end) {
  return end == End::lower ? x.interval().lower() : x.interval().upper();
}

/// The sign of (that end of a) − (that end of b); both ends of a rational are itself.
int compare_ends(const Exact& a, End of_a, const Exact& b, End of_b) {
  if (a.is_rational() && b.is_rational()) return a.rational().compare(b.rational());
  if (a.is_rational()) return -mpfr_cmp_q(end_of(b, of_b), a.rational().backend().data());
  if (b.is_rational()) return mpfr_cmp_q(end_of(a, of_a), b.rational().backend().data());
  return mpfr_cmp(end_of(a, of_a), end_of(b, of_b));
}

/// q cut off after 128 bits, with the last of these set if anything was cut off ("rounding to
/// odd"). Rounding that to a double or float, even a subnormal one, gives what rounding q would:
/// 128 bits tell on which side of a tie q lies.
struct CutOff {
  Scratch value{128};
  explicit CutOff(const Rational& q) {
    const int cut = mpfr_set_q(value, q.backend().data(), MPFR_RNDZ);
    if (cut == 0) return;
    Scratch above(127);  // all bits but the last: the same number only where that one is 0
    const bool even = mpfr_set(above, value, MPFR_RNDZ) == 0;
    if (even) mpfr_sgn(value.get()) > 0 ? mpfr_nextabove(value) : mpfr_nextbelow(value);
  }
};

}  // namespace

Working larger(Working a, Working b) {
  return {std::max(a.bits, b.bits), std::max(a.rational_bits, b.rational_bits)};
}

int interval_bits(Working working) { return working.bits > 0 ? working.bits : default_bits; }

Exact::Exact(Rational q, Working working) : value_(std::move(q)), working_(working) {}

Exact::Exact(Interval x, Working working) : value_(std::move(x)), working_(working) {
  if (working_.bits == 0) working_.bits = interval().bits();
}

Exact Exact::from_double(double x, Working working) {
  if (!std::isfinite(x)) throw DomainError(fmt::format("{} is not a finite number", x));
  return Exact(Rational(x), working);
}

Exact Exact::with(Working working) const {
  Exact same = *this;
  same.working_ = working;
  if (!is_rational() && working.bits == 0) same.working_.bits = interval().bits();
  return same;
}

Exact Exact::grown(Rational q, Working working) {
  if (working.rational_bits == 0 || bit_size(q) <= working.rational_bits)
    return Exact(std::move(q), working);
  return grown(Interval(q, interval_bits(working)), working);
}

Exact Exact::grown(Interval x, Working working) {
  Exact grown(std::move(x), working);
  grown.outgrown_ = true;
  return grown;
}

Interval Exact::enclosure(int bits) const {
  return is_rational() ? Interval(rational(), bits) : interval();
}

bool Exact::is_zero_surely() const {
  if (is_rational()) return rational().is_zero();
  return contains_zero() && interval().is_point();
}

bool Exact::contains_zero() const {
  return is_rational() ? rational().is_zero() : interval().contains_zero();
}

int Exact::sign() const {
  if (is_rational()) return rational().sign();
  if (mpfr_sgn(interval().lower()) > 0) return 1;
  if (mpfr_sgn(interval().upper()) < 0) return -1;
  if (is_zero_surely()) return 0;
  throw Undecided("can't tell the sign of " + described(*this));
}

double Exact::to_double() const {
  return is_rational() ? mpfr_get_d(CutOff(rational()).value, MPFR_RNDN)
                       : mpfi_get_d(interval().get());
}

float Exact::to_float() const {
  if (is_rational()) return mpfr_get_flt(CutOff(rational()).value, MPFR_RNDN);
  Scratch middle(interval().bits());
  mpfi_mid(middle, interval().get());
  return mpfr_get_flt(middle, MPFR_RNDN);
}

/// *this = of(*this, b) in whichever representation the two allow; `result` is its name in errors.
template <class OfRationals, class OfIntervals>
Exact& Exact::combine(const Exact& b, const char* result, OfRationals of_rationals,
                      OfIntervals of_intervals) {
  const Working working = larger(working_, b.working_);
  if (is_rational() && b.is_rational()) {
    Rational& q = *std::get_if<Rational>(&value_);
    of_rationals(q.backend().data(), q.backend().data(), b.rational().backend().data());
    working_ = working;
    if (working.rational_bits > 0 && bit_size(q) > working.rational_bits)
      *this = grown(std::move(q), working);
    return *this;
  }
  // With an irrational operand the result is irrational, however large the rationals may grow.
  const bool only_outgrown = (is_rational() || outgrown_) && (b.is_rational() || b.outgrown_);
  const int bits = interval_bits(working);
  const auto into = [&](mpfi_ptr y) {
    if (is_rational()) {
      of_intervals(y, Interval(rational(), bits).get(), b.interval().get());
    } else if (b.is_rational()) {
      of_intervals(y, interval().get(), Interval(b.rational(), bits).get());
    } else {
      of_intervals(y, interval().get(), b.interval().get());
    }
  };
  if (!is_rational() && interval().bits() == bits) {
    into(std::get_if<Interval>(&value_)->get());  // its own place: no memory is asked for
  } else {
    Interval y(bits);
    into(y.get());
    value_ = std::move(y);
  }
  if (!interval().is_finite())
    throw DomainError(fmt::format("a {} is too large to be represented", result));
  working_ = working;
  outgrown_ = only_outgrown;
  return *this;
}

Exact& Exact::operator+=(const Exact& b) { return combine(b, "sum", mpq_add, mpfi_add); }

Exact& Exact::operator-=(const Exact& b) { return combine(b, "difference", mpq_sub, mpfi_sub); }

Exact& Exact::operator*=(const Exact& b) {
  // 0 times an interval is 0: whatever the number is, it is finite.
  if (is_zero_surely() || b.is_zero_surely())
    return *this = Exact(Rational(), larger(working_, b.working_));
  return combine(b, "product", mpq_mul, mpfi_mul);
}

Exact& Exact::operator/=(const Exact& b) {
  if (b.is_zero_surely()) throw DomainError("division by zero");
  if (b.contains_zero())
    throw Undecided("can't tell whether the divisor is 0: it is " + described(b));
  if (is_zero_surely()) return *this = Exact(Rational(), larger(working_, b.working_));
  return combine(b, "quotient", mpq_div, mpfi_div);
}

Exact Exact::operator-() const {
  Exact y = *this;
  if (is_rational()) {
    std::get_if<Rational>(&y.value_)->backend().negate();
  } else {
    const mpfi_ptr ends = std::get_if<Interval>(&y.value_)->get();
    mpfi_neg(ends, ends);
  }
  return y;
}

int Exact::compare(const Exact& a, const Exact& b) {
  if (a.is_rational() && b.is_rational()) {
    const int c = a.rational().compare(b.rational());
    return (c > 0) - (c < 0);
  }
  const int lowest = compare_ends(a, End::lower, b, End::upper);
  const int highest = compare_ends(a, End::upper, b, End::lower);
  if (lowest > 0) return 1;
  if (highest < 0) return -1;
  if (lowest == 0 && highest == 0) return 0;  // two points
  throw Undecided(fmt::format("can't tell which is larger, {} or {}", described(a), described(b)));
}

Exact max(const Exact& a, const Exact& b) {
  const Working working = larger(a.working(), b.working());
  if (compare_ends(a, End::lower, b, End::upper) >= 0) return a.with(working);
  if (compare_ends(b, End::lower, a, End::upper) >= 0) return b.with(working);
  throw Undecided(fmt::format("can't tell which is larger, {} or {}", described(a), described(b)));
}

Exact min(const Exact& a, const Exact& b) { return -max(-a, -b); }

std::ostream& operator<<(std::ostream& out, const Exact& x) {
  if (x.is_rational()) return out << to_string(x.rational());
  return out << '[' << to_string(x.interval().lower()) << ", " << to_string(x.interval().upper())
             << ']';
}

std::string brief(const Exact& x) {
  Scratch middle(64);
  if (x.is_rational()) {
    mpfr_set_q(middle, x.rational().backend().data(), MPFR_RNDN);
  } else {
    mpfi_mid(middle, x.interval().get());
  }
  return to_string(middle.get());
}

}  // namespace tracer
