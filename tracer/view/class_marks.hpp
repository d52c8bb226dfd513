// The colour and the mark of every class, the same in all pictures. Everything in view/ is a
// function from numbers to text; nothing here prints. Next: canvas.hpp.
#pragma once

#include <cstddef>
#include <span>

#include "tracer/text/style.hpp"

namespace tracer {

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
