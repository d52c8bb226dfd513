#include "tracer/claims/printed_number.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>

#include "tracer/number/digit.hpp"

namespace tracer {
namespace {


// "nan", "-Infinity", and the "-nan" that C prints: the sign has been taken off
std::optional<long double> not_finite(std::string_view word) {
  std::string small(word.substr(0, 9));
  for (char& c : small) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (small == "nan") return std::numeric_limits<long double>::quiet_NaN();
  if (small == "inf" || small == "infinity") return std::numeric_limits<long double>::infinity();
  return std::nullopt;
}

}  // namespace

std::optional<PrintedNumber> printed_number(std::string_view text) {
  constexpr std::string_view minus_sign = "−";  // U+2212, as tracer prints it
  bool negative = false;
  if (text.starts_with(minus_sign)) {
    negative = true;
    text.remove_prefix(minus_sign.size());
  } else if (text.starts_with('-') || text.starts_with('+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  if (const auto word = not_finite(text)) return PrintedNumber{negative ? -*word : *word, 0, 0};
  // from_chars would take a second sign
  if (text.empty() || !(is_digit(text.front()) || text.front() == '.')) return std::nullopt;

  PrintedNumber number;
  const char* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, number.value);
  if (problem == std::errc::invalid_argument || stop != end) return std::nullopt;
  const std::string_view mantissa = text.substr(0, text.find_first_of("eE"));
  int exponent = 0;
  if (mantissa.size() < text.size()) {
    const char* at = text.data() + mantissa.size() + 1;
    if (*at == '+') ++at;
    const bool is_negative = *at == '-';
    const auto [after, too_large] = std::from_chars(at, end, exponent);
    if (too_large != std::errc() || std::abs(exponent) > 100'000)
      exponent = is_negative ? -100'000 : 100'000;
  }
  if (problem == std::errc::result_out_of_range)  // 1e-9999 is nothing, 1e9999 more than there is
    number.value = exponent < 0 ? 0 : std::numeric_limits<long double>::infinity();
  if (negative) number.value = -number.value;

  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  const std::size_t behind = point == mantissa.size() ? 0 : mantissa.size() - point - 1;
  number.decimals = static_cast<int>(std::min<std::size_t>(behind, 100'000)) - exponent;
  bool counting = false;
  for (const char c : mantissa) {
    counting = counting || (c >= '1' && c <= '9');
    if (c == '.') continue;
    if (counting) ++number.digits;
    number.last_digit = c - '0';
  }
  return number;
}

long double half_unit_of(int decimals) {
  // powl is exact enough: half a unit is a bound, not a value
  return std::pow(10.0L, static_cast<long double>(-decimals)) / 2;
}

}  // namespace tracer
