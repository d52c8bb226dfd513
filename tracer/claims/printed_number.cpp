#include "tracer/claims/printed_number.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>

#include "tracer/number/decimal_text.hpp"
#include "tracer/text/plain.hpp"

namespace tracer {
namespace {

// "nan", "Infinity": the sign has been taken off
std::optional<long double> not_finite(std::string_view word) {
  const std::string small = in_small_letters(word.substr(0, 9));
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
  if (const auto word = not_finite(text))  // the "-nan" that C prints is a NaN like any other
    return PrintedNumber{negative && !std::isnan(*word) ? -*word : *word, 0, 0};
  const auto written = decimal_text(text);
  if (!written) return std::nullopt;

  constexpr long most = 100'000;
  PrintedNumber number;
  const char* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, number.value);
  if (stop != end) return std::nullopt;           // 1_000: no printed number has underscores
  if (problem == std::errc::result_out_of_range)  // 1e-9999 is nothing, 1e9999 more than there is
    number.value = written->exponent < 0 ? 0 : std::numeric_limits<long double>::infinity();
  if (negative) number.value = -number.value;
  number.digits = static_cast<int>(written->significant());
  number.decimals = static_cast<int>(std::clamp(written->decimals(), -most, most));
  number.last_digit = written->digits.back() - '0';
  return number;
}

long double half_unit_of(int decimals) {
  // powl is exact enough: half a unit is a bound, not a value
  return std::pow(10.0L, static_cast<long double>(-decimals)) / 2;
}

}  // namespace tracer
