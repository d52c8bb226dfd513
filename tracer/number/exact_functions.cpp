// The functions of Exact: first what is rational, then the domain, then an enclosure.
#include <fmt/core.h>

#include "tracer/error.hpp"
#include "tracer/number/constants.hpp"
#include "tracer/number/enclosure.hpp"
#include "tracer/number/erf.hpp"
#include "tracer/number/exact.hpp"

namespace tracer {

namespace {

constexpr int largest_power =
    200000;  // bits of a rational power where nobody wishes another limit: 60 000 digits

Exact rational(Rational q, const Exact& x) { return Exact::grown(std::move(q), x.working()); }

/// y, provided that it is finite; `what()` says what it would have been.
template <class What>
Exact finite(Interval y, Working working, What what) {
  if (!y.is_finite()) throw DomainError(what() + " is too large to be represented");
  return Exact(std::move(y), working);
}

/// The interval of f over x.
Exact enclosed(const Exact& x, const char* name, Interval (*f)(const Interval&, int)) {
  const int bits = interval_bits(x.working());
  return finite(f(x.enclosure(bits), bits), x.working(),
                [&] { return fmt::format("{}({})", name, brief(x)); });
}

/// Of a function that is `at_zero` at 0, and irrational elsewhere.
Exact enclosed_but_at_zero(const Exact& x, const Rational& at_zero, const char* name,
                           Interval (*f)(const Interval&, int)) {
  return x.is_zero_surely() ? rational(at_zero, x) : enclosed(x, name, f);
}

/// Throws Undecided unless a surely positive x is surely positive.
void require_decided_positive(const Exact& x, const char* name) {
  if (!x.contains_zero()) return;
  throw Undecided(
      fmt::format("can't tell whether the argument of {} is above 0: it lies between {} and {}",
                  name, to_string(x.interval().lower()), to_string(x.interval().upper())));
}

bool is_below_zero_surely(const Exact& x) {
  return x.is_rational() ? x.rational().sign() < 0 : mpfr_sgn(x.interval().upper()) < 0;
}

mpz_srcptr numerator(const Rational& q) { return mpq_numref(q.backend().data()); }
mpz_srcptr denominator(const Rational& q) { return mpq_denref(q.backend().data()); }
bool is_integer(const Rational& q) { return mpz_cmp_ui(denominator(q), 1) == 0; }
bool is_one(const Rational& q) { return is_integer(q) && mpz_cmp_ui(numerator(q), 1) == 0; }

/// The n-th root of q > 0 into `root`; false where it is irrational. In lowest terms, a fraction is
/// an n-th power exactly where its numerator and denominator are.
bool exact_root(Rational& root, const Rational& q, unsigned long n) {
  Integer above;
  Integer below;
  if (mpz_root(above.backend().data(), numerator(q), n) == 0) return false;
  if (mpz_root(below.backend().data(), denominator(q), n) == 0) return false;
  root = Rational(above, below);
  return true;
}

/// qⁿ, or an interval if it would be too long to write down: then it is never computed.
Exact rational_power(const Exact& x, long n) {
  const Rational& q = x.rational();
  const unsigned long times =
      n < 0 ? 0UL - static_cast<unsigned long>(n) : static_cast<unsigned long>(n);
  const bool odd = times % 2 == 1;
  if (mpz_cmpabs_ui(numerator(q), 1) == 0 && is_integer(q))
    return rational(q.sign() < 0 && odd ? -1 : 1, x);

  // A numerator of b bits is at least 2^(b−1), so its power at least times·(b−1); so below.
  const double least_bits = static_cast<double>(times) * (bit_size(q) - 2);
  const int limit = x.working().rational_bits > 0 ? x.working().rational_bits : largest_power;
  if (least_bits > limit) {
    const int bits = interval_bits(x.working());
    return finite(enclosure::power(Interval(q, bits), n, bits), x.working(),
                  [&] { return fmt::format("{}**{}", brief(x), n); });
  }
  Rational power;
  const auto p = power.backend().data();
  mpz_pow_ui(mpq_numref(p), numerator(q), times);
  mpz_pow_ui(mpq_denref(p), denominator(q), times);
  if (n < 0) mpq_inv(p, p);
  return rational(std::move(power), x);
}

[[noreturn]] void zero_to_negative_power(const Exact& y) {
  throw DomainError(fmt::format("0 to a negative power, 0**({})", brief(y)));
}

/// exp(y log x) for x > 0.
Exact power_by_logarithm(const Exact& x, const Exact& y) {
  require_decided_positive(x, "a power");
  const Working working = larger(x.working(), y.working());
  const int bits = interval_bits(working);
  const int wide = bits + 64;  // for rational operands, which cost nothing more
  return finite(enclosure::power(x.enclosure(wide), y.enclosure(wide), bits), working,
                [&] { return fmt::format("{}**{}", brief(x), brief(y)); });
}

}  // namespace

Exact exp(const Exact& x) { return enclosed_but_at_zero(x, 1, "exp", enclosure::exp); }
Exact sin(const Exact& x) { return enclosed_but_at_zero(x, 0, "sin", enclosure::sin); }
Exact cos(const Exact& x) { return enclosed_but_at_zero(x, 1, "cos", enclosure::cos); }
Exact tanh(const Exact& x) { return enclosed_but_at_zero(x, 0, "tanh", enclosure::tanh); }
Exact sigmoid(const Exact& x) {
  return enclosed_but_at_zero(x, Rational(1, 2), "sigmoid", enclosure::sigmoid);
}
Exact softplus(const Exact& x) { return enclosed(x, "softplus", enclosure::softplus); }
Exact normal_cdf(const Exact& x) {
  return enclosed_but_at_zero(x, Rational(1, 2), "normal_cdf", enclosure::normal_cdf);
}
Exact normal_pdf(const Exact& x) { return enclosed(x, "normal_pdf", enclosure::normal_pdf); }
Exact erf(const Exact& x) { return enclosed_but_at_zero(x, 0, "erf", enclosure::erf); }
Exact erf_slope(const Exact& x) { return enclosed(x, "erf_slope", enclosure::erf_slope); }
Exact times_pi(const Exact& x) {
  return enclosed_but_at_zero(x, 0, "times_pi", enclosure::times_pi);
}
Exact times_e(const Exact& x) { return enclosed_but_at_zero(x, 0, "times_e", enclosure::times_e); }

Exact log(const Exact& x) {
  if (x.is_zero_surely()) throw DomainError("log(0) is minus infinity");
  if (is_below_zero_surely(x))
    throw DomainError(fmt::format("log of a negative number, log({})", brief(x)));
  if (x.is_rational() && is_one(x.rational())) return rational(0, x);
  require_decided_positive(x, "log");
  return enclosed(x, "log", enclosure::log);
}

Exact sqrt(const Exact& x) {
  if (x.is_zero_surely()) return rational(0, x);
  if (is_below_zero_surely(x))
    throw DomainError(fmt::format("sqrt of a negative number, sqrt({})", brief(x)));
  if (x.is_rational()) {
    Rational root;
    if (exact_root(root, x.rational(), 2)) return rational(std::move(root), x);
  } else if (mpfr_sgn(x.interval().lower()) < 0) {
    require_decided_positive(x, "sqrt");
  }
  return enclosed(x, "sqrt", enclosure::sqrt);
}

Exact abs(const Exact& x) {
  if (x.is_rational()) return x.rational().sign() < 0 ? -x : x;
  Interval y = x.interval();
  mpfi_abs(y.get(), y.get());
  Exact size(std::move(y), x.working());
  size.outgrown_ = x.outgrown_;
  return size;
}

Exact pow(const Exact& x, long n) {
  if (n == 0) return rational(1, x);
  if (n == 1) return x;
  if (x.is_zero_surely()) return n > 0 ? rational(0, x) : (zero_to_negative_power(n), x);
  Exact y;
  if (x.is_rational()) {
    y = rational_power(x, n);
    y.outgrown_ = !y.is_rational();
  } else {
    if (n < 0 && x.contains_zero()) 1 / x;  // throws, and says why
    const int bits = interval_bits(x.working());
    y = finite(enclosure::power(x.interval(), n, bits), x.working(),
               [&] { return fmt::format("{}**{}", brief(x), n); });
    y.outgrown_ = x.outgrown_;
  }
  return y;
}

Exact pow(const Exact& x, const Exact& y) {
  const Working working = larger(x.working(), y.working());
  if (y.is_rational() && is_integer(y.rational()) && mpz_fits_slong_p(numerator(y.rational())))
    return pow(x.with(working), mpz_get_si(numerator(y.rational())));
  if (x.is_zero_surely()) {
    if (y.sign() < 0) zero_to_negative_power(y);
    return Exact(0).with(working);
  }
  if (x.is_rational() && is_one(x.rational())) return x.with(working);

  if (is_below_zero_surely(x)) {
    if (!y.is_rational() || !is_integer(y.rational()))
      throw DomainError(fmt::format("a negative number to a power that is not an integer, ({})**{}",
                                    brief(x), y.sign() < 0 ? "(" + brief(y) + ")" : brief(y)));
    const Exact size = pow(-x, y);  // an integer beyond a long
    return mpz_odd_p(numerator(y.rational())) ? -size : size;
  }
  if (y.is_rational() && y.rational() == Rational(1, 2)) return sqrt(x.with(working));
  if (x.is_rational() && y.is_rational() && mpz_fits_ulong_p(denominator(y.rational())) &&
      mpz_fits_slong_p(numerator(y.rational()))) {
    // 8**(2/3) = (8**(1/3))**2, with p and q coprime: rational only if the root is.
    Rational root;
    if (exact_root(root, x.rational(), mpz_get_ui(denominator(y.rational()))))
      return pow(Exact(std::move(root), working), mpz_get_si(numerator(y.rational())));
  }
  return power_by_logarithm(x, y);
}

Exact sign_of(const Exact& x) { return Exact(x.sign()).with(x.working()); }

Exact step(const Exact& x) { return Exact(x.sign() > 0 ? 1 : 0).with(x.working()); }

Exact xlogy(const Exact& y, const Exact& p) {
  if (y.is_zero_surely()) return Exact(0).with(larger(y.working(), p.working()));
  return y * log(p);
}

}  // namespace tracer
