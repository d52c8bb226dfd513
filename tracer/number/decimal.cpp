#include "tracer/number/decimal.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "tracer/error.hpp"

namespace tracer {

namespace {

/// A decimal that goes on, cut off after some digits: ±d.ddd... × 10^exponent, the first d not 0.
struct Expansion {
  bool negative = false;
  std::string digits;
  long exponent = 0;
  bool complete = false;  // only zeros follow
  friend bool operator==(const Expansion&, const Expansion&) = default;
};

/// The first n digits of q != 0: the integer part of |q| shifted until it has n digits.
Expansion expand(const Rational& q, int n) {
  Expansion x;
  x.negative = q.sign() < 0;
  x.exponent = decimal_exponent(q);
  const Rational shifted = q * power_of_ten(n - 1 - x.exponent);
  const auto* p = shifted.backend().data();
  Integer first;
  Integer rest;
  mpz_tdiv_qr(first.backend().data(), rest.backend().data(), mpq_numref(p), mpq_denref(p));
  x.digits = boost::multiprecision::abs(first).str();
  x.complete = rest.is_zero();
  return x;
}

/// The first n >= 2 digits of a finite x != 0.
Expansion expand(mpfr_srcptr x, int n) {
  Expansion y;
  mpfr_exp_t point = 0;  // of 0.dddd × 10^point
  char* digits = mpfr_get_str(nullptr, &point, 10, static_cast<std::size_t>(n), x, MPFR_RNDZ);
  y.negative = digits[0] == '-';
  y.digits = digits + (y.negative ? 1 : 0);
  y.exponent = point - 1;
  mpfr_free_str(digits);
  return y;
}

/// Rounds to the first n digits, half away from zero: the next digit alone decides.
Expansion rounded(Expansion x, int n) {
  const auto size = static_cast<std::size_t>(n);
  const bool up = x.digits[size] >= '5';
  x.complete = x.complete &&
               std::all_of(x.digits.begin() + n, x.digits.end(), [](char c) { return c == '0'; });
  x.digits.resize(size);
  if (!up) return x;
  auto last = x.digits.rbegin();
  while (last != x.digits.rend() && *last == '9') *last++ = '0';
  if (last != x.digits.rend()) {
    ++*last;
  } else {  // 9.99 -> 10.0
    x.digits.insert(0, 1, '1');
    x.digits.pop_back();
    ++x.exponent;
  }
  return x;
}

std::string scientific(const std::string& digits, long exponent) {
  return fmt::format("{}{}{}e{}{:02}", digits[0], digits.size() > 1 ? "." : "", digits.substr(1),
                     exponent < 0 ? '-' : '+', std::abs(exponent));
}

std::string plain(const std::string& digits, long exponent) {
  if (exponent < 0)
    return "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
  const auto before = static_cast<std::size_t>(exponent) + 1;
  if (digits.size() <= before) return digits + std::string(before - digits.size(), '0');
  return digits.substr(0, before) + "." + digits.substr(before);
}

Decimal written(Expansion x) {
  constexpr long most_leading_zeros = 4;  // 0.0001 is plain, 0.00001 is 1e-05, as in Python
  constexpr long widest_integer = 16;
  auto places = static_cast<long>(x.digits.size());
  if (x.complete) {
    x.digits.erase(x.digits.find_last_not_of('0') + 1);
    places = std::max(places, widest_integer);  // these zeros are known
  }
  const bool is_plain = x.exponent >= -most_leading_zeros && x.exponent < places;
  Decimal decimal;
  decimal.text = (x.negative ? "-" : "") +
                 (is_plain ? plain(x.digits, x.exponent) : scientific(x.digits, x.exponent));
  decimal.exact = x.complete;
  return decimal;
}

/// 0, of which only a bound is proved: the next power of ten, or 1e-300 where that is enough said.
Decimal unproved(const Interval& x) {
  constexpr long smallest = -300;
  const mpfr_srcptr larger = mpfr_cmpabs(x.lower(), x.upper()) > 0 ? x.lower() : x.upper();
  Decimal decimal{"0", false, false, {}};
  decimal.bound = scientific("1", std::max(expand(larger, 2).exponent + 1, smallest));
  return decimal;
}

}  // namespace

Decimal to_decimal(const Exact& x, int digits, bool at_limit) {
  const int wanted = std::max(digits, 1);
  if (x.is_zero_surely()) return {"0", true, true, {}};
  if (x.is_rational()) return written(rounded(expand(x.rational(), wanted + 1), wanted));

  const Interval& ends = x.interval();
  if (!x.contains_zero()) {
    // Each time from all of the digits: rounding what is rounded already may go wrong.
    for (int n = wanted; n >= 1; --n) {
      const Expansion lower = rounded(expand(ends.lower(), n + 1), n);
      if (lower == rounded(expand(ends.upper(), n + 1), n)) return written(lower);
      if (!at_limit) break;
    }
  }
  if (at_limit) return unproved(ends);
  throw Undecided(fmt::format("can't tell {} digits of a number between {} and {}", wanted,
                              to_string(ends.lower()), to_string(ends.upper())));
}

std::optional<std::string> short_fraction(const Exact& x) {
  if (!x.is_rational()) return std::nullopt;
  constexpr unsigned long too_long = 1000000;
  const auto* q = x.rational().backend().data();
  const bool is_integer = mpz_cmp_ui(mpq_denref(q), 1) == 0;
  if (is_integer || mpz_cmp_ui(mpq_denref(q), too_long) >= 0 ||
      mpz_cmpabs_ui(mpq_numref(q), too_long) >= 0)
    return std::nullopt;
  return to_string(x.rational());
}

std::string exact_text(const Exact& x) {
  return x.is_rational() ? to_string(x.rational()) : std::string();
}

}  // namespace tracer
