// See unicode.hpp.
#include "tracer/render/unicode.hpp"

#include <algorithm>
#include <array>

namespace tracer {
namespace {

struct Raised {
  char plain;
  char32_t raised;
};

// Unicode has no raised q, and its raised capitals are few; those go without.
constexpr std::array superscripts{
    Raised{'0', U'⁰'}, Raised{'1', U'¹'}, Raised{'2', U'²'}, Raised{'3', U'³'}, Raised{'4', U'⁴'},
    Raised{'5', U'⁵'}, Raised{'6', U'⁶'}, Raised{'7', U'⁷'}, Raised{'8', U'⁸'}, Raised{'9', U'⁹'},
    Raised{'-', U'⁻'}, Raised{'+', U'⁺'}, Raised{'a', U'ᵃ'}, Raised{'b', U'ᵇ'}, Raised{'c', U'ᶜ'},
    Raised{'d', U'ᵈ'}, Raised{'e', U'ᵉ'}, Raised{'f', U'ᶠ'}, Raised{'g', U'ᵍ'}, Raised{'h', U'ʰ'},
    Raised{'i', U'ⁱ'}, Raised{'j', U'ʲ'}, Raised{'k', U'ᵏ'}, Raised{'l', U'ˡ'}, Raised{'m', U'ᵐ'},
    Raised{'n', U'ⁿ'}, Raised{'o', U'ᵒ'}, Raised{'p', U'ᵖ'}, Raised{'r', U'ʳ'}, Raised{'s', U'ˢ'},
    Raised{'t', U'ᵗ'}, Raised{'u', U'ᵘ'}, Raised{'v', U'ᵛ'}, Raised{'w', U'ʷ'}, Raised{'x', U'ˣ'},
    Raised{'y', U'ʸ'}, Raised{'z', U'ᶻ'}, Raised{'T', U'ᵀ'}};

constexpr std::array subscripts{
    Raised{'a', U'ₐ'}, Raised{'e', U'ₑ'}, Raised{'h', U'ₕ'}, Raised{'i', U'ᵢ'}, Raised{'j', U'ⱼ'},
    Raised{'k', U'ₖ'}, Raised{'l', U'ₗ'}, Raised{'m', U'ₘ'}, Raised{'n', U'ₙ'}, Raised{'o', U'ₒ'},
    Raised{'p', U'ₚ'}, Raised{'r', U'ᵣ'}, Raised{'s', U'ₛ'}, Raised{'t', U'ₜ'}, Raised{'u', U'ᵤ'},
    Raised{'v', U'ᵥ'}, Raised{'x', U'ₓ'}, Raised{'+', U'₊'}, Raised{'-', U'₋'}};

}  // namespace

char32_t next_code_point(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) -> char32_t { return static_cast<unsigned char>(text[i]); };
  const char32_t first = byte(at);
  const std::size_t length = first < 0x80   ? 1
                             : first < 0xC2 ? 0
                             : first < 0xE0 ? 2
                             : first < 0xF0 ? 3
                             : first < 0xF5 ? 4
                                            : 0;
  if (length == 1) {
    ++at;
    return first;
  }
  if (length == 0 || at + length > text.size()) {
    ++at;
    return U'\uFFFD';
  }
  char32_t c = first & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) {
      ++at;
      return U'\uFFFD';
    }
    c = (c << 6) | (byte(at + i) & 0x3F);
  }
  at += length;
  return c;
}

std::string utf8(char32_t c) {
  const auto tail = [&](int shift) { return static_cast<char>(0x80 | ((c >> shift) & 0x3F)); };
  if (c < 0x80) return {static_cast<char>(c)};
  if (c < 0x800) return {static_cast<char>(0xC0 | (c >> 6)), tail(0)};
  if (c < 0x10000) return {static_cast<char>(0xE0 | (c >> 12)), tail(6), tail(0)};
  return {static_cast<char>(0xF0 | (c >> 18)), tail(12), tail(6), tail(0)};
}

bool is_combining(char32_t c) {
  return (c >= 0x0300 && c <= 0x036F) || (c >= 0x20D0 && c <= 0x20FF) ||
         (c >= 0x200B && c <= 0x200D) || (c >= 0xFE00 && c <= 0xFE0F);
}

int display_width(std::string_view text) {
  int width = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '\x1b') {
      const std::size_t end = text.find('m', at);
      at = end == std::string_view::npos ? text.size() : end + 1;
      continue;
    }
    if (!is_combining(next_code_point(text, at))) ++width;
  }
  return width;
}

std::string blanks(int count) {
  return std::string(static_cast<std::size_t>(std::max(count, 0)), ' ');
}

std::string pad_right(std::string text, int width) {
  return text + blanks(width - display_width(text));
}

std::string pad_left(std::string text, int width) {
  return blanks(width - display_width(text)) + text;
}

std::optional<std::string> superscript(std::string_view text) {
  std::string raised;
  for (std::size_t at = 0; at < text.size();) {
    char32_t c = next_code_point(text, at);
    if (c == U'−') c = U'-';
    const auto found = std::find_if(superscripts.begin(), superscripts.end(), [&](const Raised& r) {
      return static_cast<char32_t>(r.plain) == c;
    });
    if (found == superscripts.end()) return std::nullopt;
    raised += utf8(found->raised);
  }
  return raised;
}

char plain_of_superscript(char32_t c) {
  for (const Raised& r : superscripts)
    if (r.raised == c) return r.plain;
  return 0;
}

char plain_of_subscript(char32_t c) {
  if (c >= U'₀' && c <= U'₉') return static_cast<char>('0' + (c - U'₀'));
  for (const Raised& r : subscripts)
    if (r.raised == c) return r.plain;
  return 0;
}

}  // namespace tracer
