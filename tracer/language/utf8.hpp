// The little of Unicode that a lesson needs: code points, letters, and how wide they are on a
// terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tracer::utf8 {

struct Decoded {
  char32_t code;       // U+FFFD where the bytes are not UTF-8
  std::size_t length;  // in bytes, at least 1
};

/// The code point at byte `at`. Requires at < text.size().
Decoded decode(std::string_view text, std::size_t at);

/// Offset of the first byte that is not UTF-8 (or is NUL, which no text file has); npos if none.
std::size_t find_invalid(std::string_view text);

/// Number of code points.
std::size_t count(std::string_view text);

/// May begin a name: ASCII letters and _, and letters of most alphabets (α, σ, ŷ, é, д ...).
bool is_letter(char32_t code);
/// May stand inside one, too: letters, the digits 0 to 9, and accents that combine (x̂).
bool continues_name(char32_t code);

/// White space other than the newline, with what web pages and editors add: no-break space, BOM ...
bool is_space(char32_t code);

/// Columns on a terminal: 0 for what combines, 2 for East Asian letters and emoji, else 1.
int display_width(char32_t code);

std::string encode(char32_t code);

}  // namespace tracer::utf8
