// Text in the cells of a terminal: made harmless, cut to fit, several blocks side by side. Next:
// table.hpp, short_numbers.hpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tracer/text/style.hpp"

namespace tracer {

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

}  // namespace tracer
