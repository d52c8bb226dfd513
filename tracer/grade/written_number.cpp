#include "tracer/grade/written_number.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/grade/plain_signs.hpp"
#include "tracer/number/decimal_text.hpp"
#include "tracer/number/digit.hpp"
#include "tracer/text/plain.hpp"

namespace tracer {
namespace {

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_digit);
}

std::string shortened(std::string_view text) { return tracer::shortened(text, 40); }

[[noreturn]] void no_number(std::string_view text) {
  const bool formula = text.find_first_of("0123456789") != std::string_view::npos &&
                       text.find_first_of("+-*/()") != std::string_view::npos;
  throw Error(fmt::format("'{}' is no number{}", shortened(text),
                          formula ? ": write what it comes to, after another =" : ""));
}

// Blanks that people leave around signs: "- 1.9 * 10^-3".
std::string without_inner_blanks(std::string_view text) {
  std::string made;
  const auto binds = [](char c) {
    return std::string_view("+-*/^").find(c) != std::string_view::npos;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ' ') {
      const auto next = text.find_first_not_of(' ', i);
      const bool after = !made.empty() && binds(made.back());
      const bool before = next != std::string_view::npos &&
                          std::string_view("*/^").find(text[next]) != std::string_view::npos;
      if (after || before) continue;
    }
    made += text[i];
  }
  return made;
}

// Thousands in groups: 1,234,567.
bool grouped(std::string_view text) {
  std::size_t at = text.find(',');
  if (at == 0 || at > 3 || text[0] == '0') return false;
  while (at != std::string_view::npos) {
    const auto next = text.find(',', at + 1);
    const auto length = (next == std::string_view::npos ? text.size() : next) - at - 1;
    if (length != 3) return false;
    at = next;
  }
  return true;
}

// The digits with a point, whatever the comma was.
std::string with_point(std::string_view digits, std::string_view whole, Comma comma) {
  if (digits.find(',') == std::string_view::npos) return std::string(digits);
  const auto point = digits.find('.');
  std::string made(digits);
  if (point != std::string_view::npos) {
    if (!grouped(digits.substr(0, point))) no_number(whole);
    std::erase(made, ',');
  } else if (std::ranges::count(digits, ',') == 1 &&
             (comma == Comma::decimal || surely_decimal_comma(digits))) {
    std::ranges::replace(made, ',', '.');
  } else if (std::ranges::count(digits, ',') > 1 && grouped(digits)) {
    std::erase(made, ',');
  } else {
    throw Error(fmt::format("'{}' may be a decimal or thousands: write a point", shortened(whole)));
  }
  return made;
}

// Digits with at most one point (or comma), no sign, no exponent.
struct Digits {
  Rational value;
  int decimals = 0;
  int significant = 0;
  bool point = false;
};

Digits read_digits(std::string_view text, std::string_view whole, Comma comma) {
  if (text.empty() || text.find_first_not_of("0123456789.,") != std::string_view::npos)
    no_number(whole);
  const std::string plain = with_point(text, whole, comma);
  Digits digits;
  digits.value = parse_rational(plain);
  const DecimalText written = *decimal_text(plain);
  digits.decimals = static_cast<int>(written.decimals());
  digits.significant = static_cast<int>(written.significant());
  digits.point = written.has_point;
  return digits;
}

// "-3", "(-3)", "{-3}"
long read_exponent(std::string_view text, std::string_view whole) {
  if (text.size() > 2 && (text.front() == '(' || text.front() == '{'))
    text = text.substr(1, text.size() - 2);
  const bool down = text.starts_with('-');
  if (down || text.starts_with('+')) text.remove_prefix(1);
  if (!all_digits(text)) no_number(whole);
  if (text.size() > 4) throw Error(fmt::format("'{}' is out of reach", shortened(whole)));
  const long size = std::stol(std::string(text));
  return down ? -size : size;
}

// Where the power of ten begins and where its exponent does; npos: there is none.
std::pair<std::size_t, std::size_t> find_power(std::string_view text) {
  for (const std::string_view sign : {"*10^", "*10**", "x10^", "e", "E"}) {
    if (const auto at = text.find(sign); at != std::string_view::npos)
      return {at, at + sign.size()};
  }
  return {std::string_view::npos, 0};
}

}  // namespace

bool surely_decimal_comma(std::string_view text) {
  const auto comma = text.find(',');
  if (comma == std::string_view::npos || text.find(',', comma + 1) != std::string_view::npos)
    return false;
  const std::string_view before = text.substr(0, comma);
  const std::string_view after = text.substr(comma + 1);
  const auto sign = before.find_first_of("+-");
  const std::string_view digits = sign == 0 ? before.substr(1) : before;
  if (!all_digits(digits) || !all_digits(after)) return false;
  return after.size() != 3 || digits.size() > 3 || digits[0] == '0';
}

WrittenNumber read_number(std::string_view text, Comma comma) {
  WrittenNumber number;
  number.text = std::string(trimmed_view(text));
  const std::string all = without_inner_blanks(number.text);
  std::string_view rest = all;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  if (rest.ends_with("...")) {
    number.goes_on = true;
    rest.remove_suffix(3);
  }
  if (rest.empty()) no_number(number.text);
  if (const auto bar = rest.find('/'); bar != std::string_view::npos) {
    const Digits above = read_digits(rest.substr(0, bar), number.text, comma);
    const Digits below = read_digits(rest.substr(bar + 1), number.text, comma);
    if (below.value == 0) throw Error(fmt::format("'{}' divides by 0", shortened(number.text)));
    number.value = above.value / below.value;
    number.fraction = true;
  } else {
    const auto [power, exponent] = find_power(rest);
    const Digits digits = read_digits(rest.substr(0, power), number.text, comma);
    const bool scientific = power != std::string_view::npos;
    const long places = scientific ? read_exponent(rest.substr(exponent), number.text) : 0;
    number.value = digits.value * power_of_ten(places);
    number.decimals = digits.decimals - static_cast<int>(places);
    number.significant = digits.significant;
    number.whole = !digits.point && !scientific;
  }
  if (negative) number.value = -number.value;
  return number;
}

}  // namespace tracer
