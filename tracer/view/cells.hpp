// Text in the cells of a terminal: how many columns it takes, how it is cut to fit, several blocks
// side by side, and the short forms of numbers that all pictures share. Next: canvas.hpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tracer/view/style.hpp"

namespace tracer {

/// Columns of one character: 0 for combining marks, 2 for Chinese, Japanese and Korean ones and
/// for emoji (Unicode's East Asian Width W and F, by ranges), else 1.
int cell_width(char32_t c);
/// Columns of a line; colour escapes take none.
int cell_width(std::string_view line);

/// `text` (a name out of a file) fit to be shown: control characters and broken UTF-8 as �, or as ?
/// where style.unicode is false and for everything else outside ASCII too.
std::string clean(std::string_view text, const Style&);
/// The same, cut to `columns` with … (or ~) at the end where it is longer.
std::string fit(std::string_view text, int columns, const Style&);
/// The same, filled up with blanks after or before it.
std::string fit_left(std::string_view text, int columns, const Style&);
std::string fit_right(std::string_view text, int columns, const Style&);

/// Lines of `text`, without their newlines.
std::vector<std::string> lines_of(std::string_view text);
/// Blocks of lines beside one another, `gap` columns apart, as many in a row as style.width takes,
/// an empty line between rows. No trailing blanks.
std::string beside(const std::vector<std::string>& blocks, int gap, const Style&);

/// A number in six columns where that is possible: 0.2314, 12.314, 12314, 2.1e-5, nan, inf.
std::string short_number(double x);
/// 41200 as "41,200".
std::string grouped(long long n);
/// A share in six columns: 93.41 as "93.41 %", 1 as "100.0 %". Only what is 1 shows as 100.
std::string percent(double share);
/// Seconds as "0:04", "12:30", "1:02:03".
std::string clock_time(double seconds);

}  // namespace tracer
