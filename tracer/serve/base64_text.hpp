// Bytes from the letters that JSON can carry (RFC 4648), as base64() in text/markup.hpp writes them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tracer::serve {

/// Nothing for a text that is none.
inline std::optional<std::string> bytes_of_base64(std::string_view text) {
  const auto digit = [](char c) -> int {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
  };
  if (text.size() % 4 != 0) return std::nullopt;
  for (int pads = 0; pads < 2 && text.ends_with('='); ++pads) text.remove_suffix(1);
  std::string bytes;
  unsigned bits = 0;
  int count = 0;
  for (const char c : text) {
    if (digit(c) < 0) return std::nullopt;
    bits = bits << 6U | static_cast<unsigned>(digit(c));
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> static_cast<unsigned>(count) & 0xFFU);
  }
  return bytes;
}

}  // namespace tracer::serve
