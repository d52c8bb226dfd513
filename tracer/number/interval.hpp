// An interval [lower, upper] of two binary fractions that surely contains one real number: MPFI
// does the outward rounding, this class only owns the memory. The functions are in enclosure.hpp.
#pragma once

#include <mpfi.h>

#include <string>

#include "tracer/number/rational.hpp"

namespace tracer {

class Interval {
 public:
  /// [0, 0] with ends of `bits` bits.
  explicit Interval(int bits);
  /// The smallest interval with ends of `bits` bits around q.
  Interval(const Rational& q, int bits);

  Interval(const Interval& other);
  Interval(Interval&& other) noexcept;
  Interval& operator=(const Interval& other);
  Interval& operator=(Interval&& other) noexcept;
  ~Interval();
  void swap(Interval& other) noexcept;

  int bits() const { return static_cast<int>(mpfi_get_prec(value_)); }
  mpfr_srcptr lower() const { return &value_[0].left; }
  mpfr_srcptr upper() const { return &value_[0].right; }
  mpfr_ptr lower() { return &value_[0].left; }
  mpfr_ptr upper() { return &value_[0].right; }
  mpfi_srcptr get() const { return value_; }  // for calls into MPFI
  mpfi_ptr get() { return value_; }

  bool contains(const Rational& q) const;
  bool contains_zero() const;
  bool overlaps(const Interval& other) const;
  bool is_point() const;   // lower == upper
  bool is_finite() const;  // neither end is infinite or NaN

  /// The same interval with ends of `bits` bits, rounded outwards.
  Interval with_bits(int bits) const;

 private:
  mpfi_t value_;  // moved-from: no limbs; can be destroyed and assigned to, nothing else
};

inline void swap(Interval& a, Interval& b) noexcept { a.swap(b); }

/// About 12 significant digits of one end, for messages: "-1.5", "2.1e-40".
std::string to_string(mpfr_srcptr x);

}  // namespace tracer
