// UTF-8 as far as a page needs it: code points one by one, columns on a terminal, small raised
// digits. Next: precedence.hpp (where brackets and dots go), text_block.hpp (notation as terminal
// text).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tracer {

/// The code point at `at`, which is moved past it. A broken sequence counts as U+FFFD, one byte
/// long.
char32_t next_code_point(std::string_view text, std::size_t& at);

/// `c` in UTF-8.
std::string utf8(char32_t c);

/// Does `c` sit on the character before it, without a column of its own?
bool is_combining(char32_t c);

/// Columns on a terminal: code points, less combining marks and colour escapes ("\x1b[...m").
int display_width(std::string_view text);

/// `text` followed by blanks up to `width` columns; longer text is left alone.
std::string pad_right(std::string text, int width);

/// `text` after as many blanks as make it `width` columns wide.
std::string pad_left(std::string text, int width);

std::string blanks(int count);

/// "−12" or "-12" as ⁻¹², "n" as ⁿ; nothing where a character has no raised form.
std::optional<std::string> superscript(std::string_view text);

/// The plain character of a subscript: '2' for ₂, 'j' for ⱼ; 0 for anything else.
char plain_of_subscript(char32_t c);

/// The plain character of a superscript: '2' for ², 'n' for ⁿ, '-' for ⁻; 0 for anything else.
char plain_of_superscript(char32_t c);

}  // namespace tracer
