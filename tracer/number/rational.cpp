#include "tracer/number/rational.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "tracer/error.hpp"
#include "tracer/number/decimal_text.hpp"
#include "tracer/number/digit.hpp"

namespace tracer {

namespace {

constexpr std::size_t most_characters = 10000;
constexpr long largest_exponent = 10000;

[[noreturn]] void not_a_number(std::string_view text) {
  throw Error("'" + std::string(text.substr(0, 40)) + (text.size() > 40 ? "..." : "") +
              "' is not a number; numbers are written like 3, 0.01, .5, 1e-3 or 1_000");
}

}  // namespace

Rational power_of_ten(long n) {
  Rational power = 1;
  const auto p = power.backend().data();
  mpz_ui_pow_ui(n < 0 ? mpq_denref(p) : mpq_numref(p), 10,
                static_cast<unsigned long>(std::labs(n)));
  return power;
}

long decimal_exponent(const Rational& q) {
  const auto* p = q.backend().data();
  // 2^(bits − 1) < |q| < 2^(bits + 1), so the guess is at most one too low.
  const auto bits = static_cast<double>(mpz_sizeinbase(mpq_numref(p), 2)) -
                    static_cast<double>(mpz_sizeinbase(mpq_denref(p), 2));
  constexpr double log10_of_2 = 0.30102999566398120;
  auto exponent = static_cast<long>(std::floor((bits - 1) * log10_of_2));
  const Rational size = boost::multiprecision::abs(q);
  while (size < power_of_ten(exponent)) --exponent;  // should the product have been rounded up
  while (size >= power_of_ten(exponent + 1)) ++exponent;
  return exponent;
}

Rational parse_rational(std::string_view text) {
  if (text.size() > most_characters) {
    if (!std::all_of(text.begin(), text.end(), [](char c) {
          return is_digit(c) || c == '.' || c == '_' || c == '-' || c == '+';
        }))
      not_a_number(text);
    throw Error("this number has " +
                std::to_string(std::count_if(text.begin(), text.end(), is_digit)) +
                " digits; at most " + std::to_string(most_characters) + " are read");
  }
  const bool negative = text.starts_with('-');
  const auto written = decimal_text(text.substr(negative || text.starts_with('+') ? 1 : 0));
  if (!written) not_a_number(text);
  if (std::abs(written->exponent) > largest_exponent)
    throw Error("the exponent of " + std::string(text.substr(0, 40)) +
                (text.size() > 40 ? "..." : "") + " is beyond ±" +
                std::to_string(largest_exponent));

  Integer all;
  mpz_set_str(all.backend().data(), written->digits.c_str(), 10);  // "010" is ten, not eight
  if (negative) all = -all;
  return all * power_of_ten(-written->decimals());
}

int bit_size(const Rational& q) {
  const auto* p = q.backend().data();
  return static_cast<int>(mpz_sizeinbase(mpq_numref(p), 2) + mpz_sizeinbase(mpq_denref(p), 2));
}

std::string to_string(const Rational& q) { return q.str(); }

}  // namespace tracer
