#include "tracer/number/enclosure.hpp"

#include <algorithm>

#include "tracer/number/scratch.hpp"

namespace tracer::enclosure {

namespace {

/// Both ends through f(result, argument, rounding), for a function that never falls.
template <class F>
Interval increasing(const Interval& x, int bits, F f) {
  Interval y(bits);
  f(y.lower(), x.lower(), MPFR_RNDD);
  f(y.upper(), x.upper(), MPFR_RNDU);
  return y;
}

mpfr_rnd_t opposite(mpfr_rnd_t rounding) { return rounding == MPFR_RNDD ? MPFR_RNDU : MPFR_RNDD; }

/// The binary exponent of the larger end: |x| < 2^result; 0 for all |x| < 1. What a function needs
/// in guard bits because of it, up to 64: long before that exp(x) leaves MPFR's exponents (±2^30).
int magnitude(mpfr_srcptr x) {
  return mpfr_regular_p(x)
             ? static_cast<int>(std::clamp(mpfr_get_exp(x), mpfr_exp_t{0}, mpfr_exp_t{64}))
             : 0;
}
int magnitude(const Interval& x) { return std::max(magnitude(x.lower()), magnitude(x.upper())); }

constexpr int guard_bits = 32;

/// sin and cos: MPFR would compute as many digits of π as the argument has before the point. Where
/// the ends are further apart than a whole turn there is nothing to compute.
template <class F>
Interval periodic(const Interval& x, int bits, F f) {
  Interval y(bits);
  Scratch width(53);
  mpfr_sub(width, x.upper(), x.lower(), MPFR_RNDU);
  constexpr mpfr_exp_t too_far =
      100000;  // 2^100000: more digits of π than any precision here asks for
  if (mpfr_cmp_ui(width, 7) > 0 ||
      (mpfr_regular_p(x.lower()) && mpfr_get_exp(x.lower()) > too_far)) {
    mpfi_interv_si(y.get(), -1, 1);
  } else {
    f(y.get(), x.get());
  }
  return y;
}

}  // namespace

Interval exp(const Interval& x, int bits) { return increasing(x, bits, mpfr_exp); }
Interval log(const Interval& x, int bits) { return increasing(x, bits, mpfr_log); }
Interval sqrt(const Interval& x, int bits) { return increasing(x, bits, mpfr_sqrt); }
Interval tanh(const Interval& x, int bits) { return increasing(x, bits, mpfr_tanh); }
Interval sin(const Interval& x, int bits) { return periodic(x, bits, mpfi_sin); }
Interval cos(const Interval& x, int bits) { return periodic(x, bits, mpfi_cos); }

Interval sigmoid(const Interval& x, int bits) {
  return increasing(x, bits, [bits](mpfr_ptr y, mpfr_srcptr t, mpfr_rnd_t rounding) {
    Scratch minus_t(static_cast<int>(mpfr_get_prec(t)));
    mpfr_neg(minus_t, t, MPFR_RNDN);     // exact: as many bits as t
    Scratch divisor(bits + guard_bits);  // 1 + exp(−t): the larger it is, the smaller y
    mpfr_exp(divisor, minus_t, opposite(rounding));
    mpfr_add_ui(divisor, divisor, 1, opposite(rounding));
    mpfr_ui_div(y, 1, divisor, rounding);
  });
}

Interval softplus(const Interval& x, int bits) {
  return increasing(x, bits, [bits](mpfr_ptr y, mpfr_srcptr t, mpfr_rnd_t rounding) {
    Scratch minus_size(static_cast<int>(mpfr_get_prec(t)));
    mpfr_abs(minus_size, t, MPFR_RNDN);
    mpfr_neg(minus_size, minus_size, MPFR_RNDN);
    Scratch rest(bits + guard_bits);  // log(1 + exp(−|t|)), at most log 2
    mpfr_exp(rest, minus_size, rounding);
    mpfr_log1p(rest, rest, rounding);
    if (mpfr_sgn(t) > 0) {
      mpfr_add(y, t, rest, rounding);
    } else {
      mpfr_set(y, rest, rounding);
    }
  });
}

Interval normal_cdf(const Interval& x, int bits) {
  return increasing(x, bits, [bits](mpfr_ptr y, mpfr_srcptr t, mpfr_rnd_t rounding) {
    // s = −t/√2 = ∓√(t²/2). erfc falls, so s is rounded the other way, and its size too where s >
    // 0. erfc(s) has the relative error of s times 2s², hence twice the magnitude in guard bits.
    const bool left = mpfr_sgn(t) < 0;
    const mpfr_rnd_t of_size = left ? opposite(rounding) : rounding;
    Scratch s(bits + guard_bits + 2 * magnitude(t));
    mpfr_sqr(s, t, of_size);
    mpfr_div_2ui(s, s, 1, of_size);
    mpfr_sqrt(s, s, of_size);
    if (!left) mpfr_neg(s, s, MPFR_RNDN);
    mpfr_erfc(y, s, rounding);
    mpfr_div_2ui(y, y, 1, rounding);
  });
}

Interval normal_pdf(const Interval& x, int bits) {
  Interval y(bits + guard_bits + 2 * magnitude(x));
  mpfi_sqr(y.get(), x.get());
  mpfi_div_2ui(y.get(), y.get(), 1);
  mpfi_neg(y.get(), y.get());
  mpfi_exp(y.get(), y.get());
  Interval scale(y.bits());
  mpfi_const_pi(scale.get());
  mpfi_mul_2ui(scale.get(), scale.get(), 1);
  mpfi_sqrt(scale.get(), scale.get());
  mpfi_div(y.get(), y.get(), scale.get());
  return y.with_bits(bits);
}

Interval erf(const Interval& x, int bits) { return increasing(x, bits, mpfr_erf); }

Interval erf_slope(const Interval& x, int bits) {
  Interval y(bits + guard_bits + 2 * magnitude(x));
  mpfi_sqr(y.get(), x.get());
  mpfi_neg(y.get(), y.get());
  mpfi_exp(y.get(), y.get());
  Interval scale(y.bits());
  mpfi_const_pi(scale.get());
  mpfi_sqrt(scale.get(), scale.get());
  mpfi_div(y.get(), y.get(), scale.get());
  mpfi_mul_2ui(y.get(), y.get(), 1);
  return y.with_bits(bits);
}

Interval times_pi(const Interval& x, int bits) {
  Interval y(bits + guard_bits);
  mpfi_const_pi(y.get());
  mpfi_mul(y.get(), y.get(), x.get());
  return y.with_bits(bits);
}

Interval times_e(const Interval& x, int bits) {
  Interval y(bits + guard_bits);
  mpfi_set_ui(y.get(), 1);
  mpfi_exp(y.get(), y.get());
  mpfi_mul(y.get(), y.get(), x.get());
  return y.with_bits(bits);
}

Interval power(const Interval& x, long n, int bits) {
  // xⁿ is monotone on either side of 0. An even power does not see the sign; an odd one keeps it.
  // So |x|ⁿ, which rises for n > 0 and falls for n < 0, and for odd n across 0 xⁿ itself.
  Interval base(x);
  const bool even = n % 2 == 0;
  const bool negative = mpfr_sgn(x.upper()) <= 0;
  if (even || negative) mpfi_abs(base.get(), base.get());
  Interval y(bits);
  mpfr_pow_si(y.lower(), n > 0 ? base.lower() : base.upper(), n, MPFR_RNDD);
  mpfr_pow_si(y.upper(), n > 0 ? base.upper() : base.lower(), n, MPFR_RNDU);
  if (!even && negative) mpfi_neg(y.get(), y.get());
  return y;
}

Interval power(const Interval& x, const Interval& y, int bits) {
  // exp turns the absolute error of y·log x into a relative one.
  const int wide = bits + guard_bits + magnitude(x) + magnitude(y);
  Interval z = log(x, wide);
  mpfi_mul(z.get(), z.get(), y.get());
  return exp(z, bits);
}

}  // namespace tracer::enclosure
