#include "tracer/number/decimal_text.hpp"

#include <algorithm>
#include <charconv>

#include "tracer/number/digit.hpp"

namespace tracer {

namespace {

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

long DecimalText::significant() const {
  return static_cast<long>(digits.size() - std::min(digits.find_first_not_of('0'), digits.size()));
}

std::optional<DecimalText> decimal_text(std::string_view rest) {
  DecimalText made;
  const bool before = take_digits(rest, made.digits);
  made.has_point = take(rest, ".");
  if (made.has_point) {
    const std::size_t places_before = made.digits.size();
    const bool after = take_digits(rest, made.digits);
    if (!before && !after) return std::nullopt;
    made.places = static_cast<long>(made.digits.size() - places_before);
  } else if (!before) {
    return std::nullopt;
  }
  made.has_exponent = take(rest, "eE");
  if (made.has_exponent) {
    constexpr long most = 1'000'000;
    const bool down = rest.starts_with('-');
    take(rest, "+-");
    std::string power;
    if (!take_digits(rest, power)) return std::nullopt;
    const auto [end, problem] =
        std::from_chars(power.data(), power.data() + power.size(), made.exponent);
    if (problem != std::errc{}) made.exponent = most;
    made.exponent = std::min(made.exponent, most) * (down ? -1 : 1);
  }
  if (!rest.empty()) return std::nullopt;
  return made;
}

}  // namespace tracer
