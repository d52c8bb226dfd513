// UTF-8 and what its characters are, by libutf8proc. Next: cells.hpp, how wide they come out.
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

/// The code point at `at`, which is moved past it.
char32_t next(std::string_view text, std::size_t& at);

std::string encode(char32_t code);

/// Offset of the first byte that is not UTF-8 (or is NUL, which no text file has); npos if none.
std::size_t find_invalid(std::string_view text);

/// Number of code points.
std::size_t count(std::string_view text);

/// May begin a name: _ and letters of all alphabets (α, σ, ŷ, é, д ...), but no raised or lowered
/// ones (ᵀ, ⱼ).
bool is_letter(char32_t code);
/// May stand inside one, too: letters, the digits 0 to 9, and accents that combine (x̂).
bool continues_name(char32_t code);

/// White space other than the newline, with what web pages and editors add: no-break space, BOM ...
bool is_space(char32_t code);

/// Moves the cursor, hides, or turns the direction of what follows: no name needs that.
bool is_control(char32_t code);

}  // namespace tracer::utf8
