// How wide a text comes out on a terminal, and what follows from that: padding, lines of a width.
// Next: style.hpp (colour), cells.hpp (names out of files, cut to fit), table.hpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tracer {

/// Columns of one character, by libutf8proc: 0 for what combines or is invisible, 2 for East Asian
/// letters and emoji, else 1 (also for a control character: what shows it puts a � there).
int display_width(char32_t code);
/// Columns of a line; colour escapes ("\x1b[...m") take none.
int display_width(std::string_view text);

std::string blanks(int count);

/// `text` followed by blanks up to `width` columns; longer text is left alone.
std::string pad_right(std::string text, int width);

/// `text` after as many blanks as make it `width` columns wide.
std::string pad_left(std::string text, int width);

/// Trailing blanks off.
std::string trimmed(std::string line);

/// Lines of `text`, without their newlines.
std::vector<std::string> lines_of(std::string_view text);

/// `text` in lines of at most `width` columns, broken at blanks.
std::vector<std::string> wrap_words(const std::string& text, int width);

}  // namespace tracer
