#include "tracer/number/rounding.hpp"

#include <fmt/core.h>

#include <charconv>

#include "tracer/error.hpp"

namespace tracer {

namespace {

constexpr int most_digits = 1000;

/// q rounded to an integer.
Integer to_integer(const Rational& q, RoundingMode mode) {
  const auto* p = q.backend().data();
  Integer nearest;
  Integer rest;
  mpz_tdiv_qr(nearest.backend().data(), rest.backend().data(), mpq_numref(p),
              mpq_denref(p));  // towards 0
  if (mode == RoundingMode::truncate) return nearest;
  Integer twice = rest * 2;
  const int past_half = mpz_cmpabs(twice.backend().data(), mpq_denref(p));
  const bool odd = mpz_odd_p(nearest.backend().data()) != 0;
  const bool away = past_half > 0 || (past_half == 0 && (mode == RoundingMode::half_away || odd));
  if (away) nearest += q.sign();
  return nearest;
}

Rational round(const Rational& q, const Rounding& rounding) {
  if (q.is_zero()) return q;
  const long decimals = rounding.significant ? rounding.digits - 1 - decimal_exponent(q)
                                             : static_cast<long>(rounding.digits);
  return to_integer(q * power_of_ten(decimals), rounding.mode) * power_of_ten(-decimals);
}

/// An end of an interval as the rational that it is, unless it is too long to write down.
Rational end_to_round(mpfr_srcptr x, const Rounding& rounding) {
  if (!mpfr_regular_p(x)) return 0;
  constexpr mpfr_exp_t longest = 200000;  // bits
  const mpfr_exp_t exponent = mpfr_get_exp(x);
  if (exponent > longest) throw DomainError("a number is too large to be rounded, " + to_string(x));
  if (exponent < -longest) {
    if (!rounding.significant) return 0;
    throw DomainError("a number is too small to be rounded to significant digits, " + to_string(x));
  }
  Rational q;
  mpfr_get_q(q.backend().data(), x);
  return q;
}

}  // namespace

Rounding parse_rounding(std::string_view text, RoundingMode mode) {
  Rounding rounding;
  rounding.mode = mode;
  const char* const end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data(), end, rounding.digits);
  const std::string_view unit(rest, static_cast<std::size_t>(end - rest));
  rounding.significant = unit == "sig";
  if (problem == std::errc::invalid_argument || (!unit.empty() && !rounding.significant))
    throw Error(fmt::format(
        "'{}' is not a rounding; write 4 for four decimals, 4sig for four significant digits",
        text.substr(0, 40)));
  const int fewest = rounding.significant ? 1 : 0;
  if (problem != std::errc{} || rounding.digits < fewest || rounding.digits > most_digits)
    throw Error(fmt::format("can't round to {} digits; from {} to {} are possible",
                            text.substr(0, 40), fewest, most_digits));
  return rounding;
}

RoundingMode rounding_mode(std::string_view name) {
  return name == "half-even"  ? RoundingMode::half_even
         : name == "truncate" ? RoundingMode::truncate
                              : RoundingMode::half_away;
}

Exact round(const Exact& x, const Rounding& rounding) {
  if (x.is_rational()) return Exact(round(x.rational(), rounding), x.working());
  // Rounding is monotone in every mode: where both ends go, goes all that lies between them.
  const Rational lower = round(end_to_round(x.interval().lower(), rounding), rounding);
  const Rational upper = round(end_to_round(x.interval().upper(), rounding), rounding);
  if (lower == upper) return Exact(lower, x.working());
  throw Undecided(fmt::format("can't tell how to round a number between {} and {} to {} {}",
                              to_string(x.interval().lower()), to_string(x.interval().upper()),
                              rounding.digits,
                              rounding.significant ? "significant digits" : "decimals"));
}

Exact round_as_tie(const Exact& x, const Rounding& rounding) {
  if (x.is_rational()) return round(x, rounding);
  const Rational lower = end_to_round(x.interval().lower(), rounding);
  const Rational upper = end_to_round(x.interval().upper(), rounding);
  const Rational from = round(lower, rounding), to = round(upper, rounding);
  // cut off, numbers part at the later of two: 0.3 is it itself, 0.2999... is 0.2
  Rational tie = (from + to) / 2;
  if (rounding.mode == RoundingMode::truncate) tie = abs(from) > abs(to) ? from : to;
  if (tie < lower || tie > upper) return round(x, rounding);  // no neighbours: it throws
  return Exact(round(tie, rounding), x.working());
}

}  // namespace tracer
