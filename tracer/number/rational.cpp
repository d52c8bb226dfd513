#include "tracer/number/rational.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "tracer/error.hpp"
#include "tracer/number/digit.hpp"

namespace tracer {

namespace {

constexpr std::size_t most_characters = 10000;
constexpr int largest_exponent = 10000;


[[noreturn]] void not_a_number(std::string_view text) {
  throw Error("'" + std::string(text.substr(0, 40)) + (text.size() > 40 ? "..." : "") +
              "' is not a number; numbers are written like 3, 0.01, .5, 1e-3 or 1_000");
}

/// Reads digits at the front of `rest`, with Python's underscores between them, and appends them to
/// `digits`. Returns whether there were any.
bool take_digits(std::string_view& rest, std::string& digits) {
  if (rest.empty() || !is_digit(rest[0])) return false;
  std::size_t i = 0;
  while (i < rest.size() && (is_digit(rest[i]) || (rest[i] == '_' && is_digit(rest[i - 1]) &&
                                                   i + 1 < rest.size() && is_digit(rest[i + 1])))) {
    if (rest[i] != '_') digits += rest[i];
    ++i;
  }
  rest.remove_prefix(i);
  return true;
}

bool take(std::string_view& rest, std::string_view any_of) {
  if (rest.empty() || any_of.find(rest[0]) == std::string_view::npos) return false;
  rest.remove_prefix(1);
  return true;
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
  std::string_view rest = text;
  const bool negative = !rest.empty() && rest[0] == '-';
  take(rest, "+-");
  std::string digits;
  const bool before = take_digits(rest, digits);
  long exponent = 0;
  bool after = false;
  if (take(rest, ".")) {
    const auto places_before = digits.size();
    after = take_digits(rest, digits);
    exponent = -static_cast<long>(digits.size() - places_before);
  }
  if (!before && !after) not_a_number(text);
  if (take(rest, "eE")) {
    const bool down = !rest.empty() && rest[0] == '-';
    take(rest, "+-");
    std::string places;
    if (!take_digits(rest, places)) not_a_number(text);
    long shift = 0;
    const auto [end, problem] =
        std::from_chars(places.data(), places.data() + places.size(), shift);
    if (problem != std::errc{} || shift > largest_exponent)
      throw Error("the exponent of " + std::string(text.substr(0, 40)) +
                  (text.size() > 40 ? "..." : "") + " is beyond ±" +
                  std::to_string(largest_exponent));
    exponent += down ? -shift : shift;
  }
  if (!rest.empty()) not_a_number(text);

  Integer all;
  mpz_set_str(all.backend().data(), digits.c_str(), 10);  // base 10: "010" is ten, not eight
  if (negative) all = -all;
  return all * power_of_ten(exponent);
}

int bit_size(const Rational& q) {
  const auto* p = q.backend().data();
  return static_cast<int>(mpz_sizeinbase(mpq_numref(p), 2) + mpz_sizeinbase(mpq_denref(p), 2));
}

std::string to_string(const Rational& q) { return q.str(); }

}  // namespace tracer
