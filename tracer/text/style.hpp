// What may be used on the reader's terminal, and colour. Next: cells.hpp.
#pragma once

#include <algorithm>
#include <string>

namespace tracer {

/// What the reader's terminal can do. Whoever prints finds that out and says so here.
struct Style {
  bool colour = false;  ///< escapes for the 256 colours of xterm, which every terminal has by now
  int width = 80;       ///< columns; nothing gets wider, but no picture is drawn in fewer than 20
  bool unicode = true;  ///< false: ASCII only, where the locale is not UTF-8
};

/// style.width, or 20 where it is less.
inline int usable_width(const Style& style) { return std::max(style.width, 20); }

/// "\x1b[38;5;208m" or "" without colour; -1 is the terminal's own colour.
inline std::string ink(int colour, const Style& style) {
  if (!style.colour || colour < 0) return "";
  return "\x1b[38;5;" + std::to_string(colour) + "m";
}
inline std::string ink_off(const Style& style) { return style.colour ? "\x1b[0m" : ""; }
/// `text` in that colour.
inline std::string coloured(const std::string& text, int colour, const Style& style) {
  if (!style.colour || colour < 0 || text.empty()) return text;
  return ink(colour, style) + text + ink_off(style);
}

inline constexpr int grey = 245;  // of what stands beside the numbers: axes, headings

}  // namespace tracer
