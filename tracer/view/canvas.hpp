// A sheet of cells to draw on: every cell has a character, the colour of its ink and of its paper.
// Charts, scatter plots and heat maps are drawn on one and become text at the end. Next:
// axis.hpp, curves.hpp.
#pragma once

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

}  // namespace tracer
