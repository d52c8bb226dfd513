// Text in the cells of a terminal: how wide it comes out, made harmless, cut to fit, several blocks
// side by side. Next: style.hpp (colour), table.hpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tracer/text/style.hpp"

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

/// `text` (a name out of a file) fit to be shown: control characters and broken UTF-8 as �, or as ?
/// where style.unicode is false and for everything else outside ASCII too.
std::string clean(std::string_view text, const Style&);
/// The same, cut to `columns` with … (or ~) at the end where it is longer.
std::string fit(std::string_view text, int columns, const Style&);
/// The same, filled up with blanks after or before it.
std::string fit_left(std::string_view text, int columns, const Style&);
std::string fit_right(std::string_view text, int columns, const Style&);

/// Blocks of lines beside one another, `gap` columns apart, as many in a row as style.width takes,
/// an empty line between rows. No trailing blanks.
std::string beside(const std::vector<std::string>& blocks, int gap, const Style&);

// The short forms of numbers that reports and pictures share.

/// A number in six columns where that is possible: 0.2314, 12.314, 12314, 2.1e-5, nan, inf.
std::string short_number(double x);
/// 41200 as "41,200".
std::string grouped(long long n);
/// A share in six columns: 93.41 as "93.41 %", 1 as "100.0 %". Only what is 1 shows as 100.
std::string percent(double share);
/// Seconds as "0:04", "12:30", "1:02:03".
std::string clock_time(double seconds);

}  // namespace tracer
