// A text that is a number from its first to its last character.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace tracer {

/// The number that all of the text says, whatever the locale; nothing where it says none, or one that
/// Number can't hold.
template <class Number>
std::optional<Number> number_in_text(std::string_view text) {
  Number number{};
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace tracer
