#include "tracer/text/utf8.hpp"

#include <utf8proc.h>

#include "tracer/text/cells.hpp"

namespace tracer::utf8 {
namespace {

constexpr char32_t replacement = 0xFFFD;

utf8proc_category_t category(char32_t code) {
  return utf8proc_category(static_cast<utf8proc_int32_t>(code));
}

}  // namespace

Decoded decode(std::string_view text, std::size_t at) {
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  utf8proc_int32_t code = 0;
  const auto length =
      utf8proc_iterate(bytes + at, static_cast<utf8proc_ssize_t>(text.size() - at), &code);
  if (length <= 0) return {replacement, 1};
  return {static_cast<char32_t>(code), static_cast<std::size_t>(length)};
}

char32_t next(std::string_view text, std::size_t& at) {
  const auto [code, length] = decode(text, at);
  at += length;
  return code;
}

std::string encode(char32_t code) {
  utf8proc_uint8_t bytes[4];
  const auto length = utf8proc_encode_char(static_cast<utf8proc_int32_t>(code), bytes);
  return {bytes, bytes + length};
}

std::size_t find_invalid(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto [code, length] = decode(text, at);
    if (code == 0 || (code == replacement && length == 1)) return at;
    at += length;
  }
  return std::string_view::npos;
}

std::size_t count(std::string_view text) {
  std::size_t n = 0;
  for (std::size_t at = 0; at < text.size(); ++n) at += decode(text, at).length;
  return n;
}

bool is_letter(char32_t code) {
  switch (category(code)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LO:
      return true;
    case UTF8PROC_CATEGORY_LM:  // raised and lowered ones are among these, and Japanese ー
      return display_width(code) == 2;
    default:
      return code == '_';
  }
}

bool continues_name(char32_t code) {
  const utf8proc_category_t is = category(code);
  return (code >= '0' && code <= '9') || is_letter(code) || is == UTF8PROC_CATEGORY_MN ||
         is == UTF8PROC_CATEGORY_MC;
}

bool is_space(char32_t code) {
  return category(code) == UTF8PROC_CATEGORY_ZS || code == '\t' || code == '\v' || code == '\f' ||
         code == 0x200B || code == 0x2060 || code == 0xFEFF;
}

bool is_control(char32_t code) {
  return category(code) == UTF8PROC_CATEGORY_CC || (code >= 0x2028 && code <= 0x202E) ||
         (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF;
}

}  // namespace tracer::utf8
