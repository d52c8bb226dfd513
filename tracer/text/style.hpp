// What may be used on the reader's terminal, and colour. Next: cells.hpp.
#pragma once

#include <string>

namespace tracer {

/// What the reader's terminal can do. Whoever prints finds that out and says so here.
struct Style {
  bool colour = false;  ///< escapes for the 256 colours of xterm, which every terminal has by now
  int width = 80;       ///< columns; nothing gets wider, but no picture is drawn in fewer than 20
  bool unicode = true;  ///< false: ASCII only, where the locale is not UTF-8
};

/// style.width, or 20 where it is less.
int usable_width(const Style&);

/// "\x1b[38;5;208m" or "" without colour; -1 is the terminal's own colour.
std::string ink(int colour, const Style&);
std::string ink_off(const Style&);
/// `text` in that colour.
std::string coloured(const std::string& text, int colour, const Style&);

inline constexpr int grey = 245;  // of what stands beside the numbers: axes, headings

}  // namespace tracer
