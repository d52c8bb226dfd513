#include "tracer/language/utf8.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace tracer::utf8 {

namespace {

struct Range {
  char32_t first, last;
};

bool in(std::span<const Range> ranges, char32_t code) {
  const auto after = std::ranges::upper_bound(ranges, code, {}, &Range::first);
  return after != ranges.begin() && code <= std::prev(after)->last;
}

// Whole blocks, not the letters of the Unicode tables: a name in a script of one's own is welcome,
// and a sign that slips through is no harm.
constexpr std::array letters{
    Range{'A', 'Z'},         Range{'_', '_'},         Range{'a', 'z'},
    Range{0xAA, 0xAA},       Range{0xB5, 0xB5},       Range{0xBA, 0xBA},
    Range{0xC0, 0xD6},       Range{0xD8, 0xF6},       Range{0xF8, 0x2AF},  // × and ÷ left out
    Range{0x370, 0x373},     Range{0x376, 0x377},     Range{0x37B, 0x37D},
    Range{0x386, 0x386},     Range{0x388, 0x3F5},     Range{0x3F7, 0x481},  // Greek, Cyrillic
    Range{0x48A, 0x556},     Range{0x561, 0x587},     Range{0x5D0, 0x5EA},
    Range{0x620, 0x64A},     Range{0x904, 0x939},     Range{0xE01, 0xE30},
    Range{0x10A0, 0x10FF},   Range{0x1E00, 0x1FBC},   Range{0x1FC2, 0x1FFC},
    Range{0x2102, 0x2102},   Range{0x210B, 0x2113},   Range{0x2115, 0x2115},  // ℓ, ℝ ...
    Range{0x2118, 0x211D},   Range{0x2124, 0x2124},   Range{0x2126, 0x2126},
    Range{0x212A, 0x2138},   Range{0x3041, 0x30FF},   Range{0x3400, 0x9FFF},
    Range{0xAC00, 0xD7A3},   Range{0x1D400, 0x1D6C0}, Range{0x1D6C2, 0x1D6DA},  // 𝑥, not 𝛁
    Range{0x1D6DC, 0x1D6FA},
};

constexpr std::array combining{Range{0x300, 0x36F}, Range{0x20D0, 0x20F0}};

constexpr std::array invisible{Range{0x300, 0x36F}, Range{0x200B, 0x200F}, Range{0x20D0, 0x20F0},
                               Range{0xFE00, 0xFE0F}, Range{0xFEFF, 0xFEFF}};

constexpr std::array wide{Range{0x1100, 0x115F},   Range{0x2E80, 0x303E},  Range{0x3041, 0xA4CF},
                          Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF},  Range{0xFE30, 0xFE6F},
                          Range{0xFF00, 0xFF60},   Range{0xFFE0, 0xFFE6},  Range{0x1F300, 0x1F64F},
                          Range{0x1F900, 0x1F9FF}, Range{0x20000, 0x3FFFD}};

constexpr std::array spaces{Range{'\t', '\t'},     Range{'\v', '\f'},     Range{' ', ' '},
                            Range{0xA0, 0xA0},     Range{0x2000, 0x200B}, Range{0x202F, 0x202F},
                            Range{0x205F, 0x2060}, Range{0x3000, 0x3000}, Range{0xFEFF, 0xFEFF}};

constexpr char32_t replacement = 0xFFFD;

}  // namespace

Decoded decode(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || at + length > text.size()) return {replacement, 1};
  auto code = static_cast<char32_t>(lead & (0xFF >> (length + 1)));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {replacement, 1};
    code = (code << 6) | (byte(i) & 0x3F);
  }
  // Longer than needed, half of a UTF-16 pair, or past the last code point: not UTF-8 (RFC 3629,
  // §3).
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  if (overlong || (code >= 0xD800 && code <= 0xDFFF) || code > 0x10FFFF) return {replacement, 1};
  return {code, length};
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

bool is_letter(char32_t code) { return in(letters, code); }

bool continues_name(char32_t code) {
  return (code >= '0' && code <= '9') || is_letter(code) || in(combining, code);
}

bool is_space(char32_t code) { return in(spaces, code); }

int display_width(char32_t code) { return in(invisible, code) ? 0 : in(wide, code) ? 2 : 1; }

std::string encode(char32_t code) {
  const auto byte = [](char32_t bits) { return static_cast<char>(bits); };
  if (code < 0x80) return {byte(code)};
  if (code < 0x800) return {byte(0xC0 | code >> 6), byte(0x80 | (code & 0x3F))};
  if (code < 0x10000) {
    return {byte(0xE0 | code >> 12), byte(0x80 | (code >> 6 & 0x3F)), byte(0x80 | (code & 0x3F))};
  }
  return {byte(0xF0 | code >> 18), byte(0x80 | (code >> 12 & 0x3F)),
          byte(0x80 | (code >> 6 & 0x3F)), byte(0x80 | (code & 0x3F))};
}

}  // namespace tracer::utf8
