// A sheet of cells to draw on: every cell has a character, the colour of its ink and of its paper.
// Charts, scatter plots and heat maps are drawn on one and become text at the end. Next:
// curves.hpp, plane.hpp.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tracer/text/style.hpp"

namespace tracer {

class Canvas {
 public:
  struct Cell {
    char32_t c = U' ';  ///< 0: the right half of a wide character
    int ink = -1;       ///< -1: the terminal's own colour
    int paper = -1;
  };

  Canvas(int columns, int rows);
  int columns() const { return columns_; }
  int rows() const { return rows_; }

  /// From the upper left corner, 0 and 0. Must lie on the sheet.
  Cell& at(int column, int row);
  const Cell& at(int column, int row) const;
  /// Writes `text`; what would fall off the sheet is left out.
  void write(int column, int row, std::string_view text, int ink = -1);

  /// Lines that end with a newline, without trailing blanks; with colour, every line ends in the
  /// terminal's own.
  std::string text(const Style&) const;

 private:
  std::size_t place_of(int column, int row) const;
  int columns_;
  int rows_;
  std::vector<Cell> cells_;
};

/// The dots of a braille character, two to the right and four down: ⣿ has them all. A sheet of
/// these is a picture of 2·columns × 4·rows dots.
class Braille {
 public:
  Braille(int columns, int rows);
  int dots_across() const { return 2 * columns_; }
  int dots_down() const { return 4 * rows_; }

  /// Sets a dot, from the upper left corner; a dot off the sheet is left out.
  void dot(int x, int y);
  /// From one dot to the other (Bresenham 1965), of which every `period`-th group of `drawn` dots
  /// is set: 1 of 1 is a solid line. `phase` counts on from line to line.
  struct Dashes {
    int drawn = 1;
    int period = 1;
  };
  void line(int x0, int y0, int x1, int y1, Dashes dashes, int& phase);

  /// The character of a cell; blank where there is no dot.
  char32_t character(int column, int row) const;

 private:
  int columns_;
  int rows_;
  std::vector<unsigned char> cells_;
};

// The colour and the mark of every class, the same in all pictures. Everything in view/ is a
// function from numbers to text; nothing here prints.

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

// The numbers along an axis: round ones, few enough to stand apart.

/// An axis from `low` to `high`, with a number at every multiple of `step`, which is 1, 2 or 5
/// times a power of ten.
struct Axis {
  double low = 0;
  double high = 1;
  double step = 1;

  std::vector<double> ticks() const;
  /// A tick with as many decimals as the step needs: "0.25", "40", "2e+06".
  std::string label(double tick) const;
  /// Where `x` lies between low (0) and high (1).
  double share(double x) const { return (x - low) / (high - low); }
};

/// The narrowest axis from tick to tick that holds low ... high in at most `most` steps (at least
/// 2). A single value gets an axis with the value inside. Both must fit an axis, low <= high.
Axis make_axis(double low, double high, int most);

/// Can `x` stand on an axis? Not what is infinite or so large (1e300) that the axis around it would
/// be; a loss of that size is as good as infinite.
bool fits_axis(double x);

/// Ticks for counted things from 1 to `last`: 1, then multiples of a round step, at most about
/// `most` of them: 1 5 10 15 20.
std::vector<int> count_ticks(int last, int most);

}  // namespace tracer
