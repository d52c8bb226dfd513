// Text within HTML and SVG.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace tracer {

/// `&`, `<`, `>` and quotes as entities, and what no HTML may contain left out.
inline std::string html_escaped(std::string_view text) {
  std::string set;
  for (const char c : text) {
    switch (c) {
      case '&':
        set += "&amp;";
        break;
      case '<':
        set += "&lt;";
        break;
      case '>':
        set += "&gt;";
        break;
      case '"':
        set += "&quot;";
        break;
      case '\'':
        set += "&#39;";
        break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') set += c;
    }
  }
  return set;
}

/// Bytes in the letters that addresses and attributes may hold (RFC 4648).
inline std::string base64(std::span<const unsigned char> bytes) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned three = 0;
    for (std::size_t k = 0; k < 3; ++k)
      three = three << 8 | (i + k < bytes.size() ? bytes[i + k] : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      text += i + k > bytes.size() ? '=' : digits[(three >> (18 - 6 * k)) & 63U];
  }
  return text;
}

}  // namespace tracer
