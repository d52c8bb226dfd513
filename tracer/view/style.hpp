// How pictures in the terminal look: with or without colour, how wide, which characters; and the
// colour and mark of every class, the same in all pictures. Everything in view/ is a function from
// numbers to text; nothing here prints. Next: cells.hpp, canvas.hpp.
#pragma once

#include <cstddef>
#include <span>
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

/// A colour of xterm's 256 that is told from its neighbours, on light and on dark ground, by
/// colour-blind readers too as far as the first four go: blue, orange, green, red, ...
int class_colour(std::size_t which);
/// The same hue, bright: of a sample that lies on class_ground.
int class_bright(std::size_t which);
/// The same hue, dim: the ground behind samples.
int class_ground(std::size_t which);
/// The same hues for files, 0xRRGGBB.
unsigned class_rgb(std::size_t which);

/// The mark of a class or a series: ● × ▲ ■ ..., or o x ^ #; letters when these are used up.
char32_t class_mark(std::size_t which, const Style&);
/// Without colour, the ground of a class: blank · ░ ..., or blank . : ...
char32_t ground_mark(std::size_t which, const Style&);

/// From light to dark: " ░▒▓█" or " .:-=+*#%@".
std::span<const char32_t> shades(const Style&);

}  // namespace tracer
