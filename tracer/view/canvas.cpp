// See canvas.hpp.
#include "tracer/view/canvas.hpp"

#include <algorithm>
#include <cassert>
#include <cstdlib>

#include "tracer/text/utf8.hpp"
#include "tracer/text/width.hpp"

namespace tracer {

Canvas::Canvas(int columns, int rows)
    : columns_(std::max(columns, 0)),
      rows_(std::max(rows, 0)),
      cells_(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_)) {}

std::size_t Canvas::place_of(int column, int row) const {
  assert(column >= 0 && column < columns_ && row >= 0 && row < rows_);
  return static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) +
         static_cast<std::size_t>(column);
}

Canvas::Cell& Canvas::at(int column, int row) { return cells_[place_of(column, row)]; }

const Canvas::Cell& Canvas::at(int column, int row) const { return cells_[place_of(column, row)]; }

void Canvas::write(int column, int row, std::string_view text, int ink) {
  if (row < 0 || row >= rows_) return;
  for (std::size_t i = 0; i < text.size();) {
    const char32_t c = utf8::next(text, i);
    const int width = display_width(c);
    if (width > 0 && column >= 0 && column + width <= columns_) {
      at(column, row).c = c;
      at(column, row).ink = ink;
      if (width == 2) at(column + 1, row).c = 0;
    }
    column += width;
  }
}

std::string Canvas::text(const Style& style) const {
  std::string out;
  for (int row = 0; row < rows_; ++row) {
    int end = columns_;
    const auto visible = [&](const Cell& cell) {
      return cell.c != U' ' || (style.colour && cell.paper >= 0);
    };
    while (end > 0 && !visible(at(end - 1, row))) --end;
    int ink_now = -1;
    int paper_now = -1;
    for (int column = 0; column < end; ++column) {
      const Cell& cell = at(column, row);
      if (cell.c == 0) continue;
      // A blank has no ink: one escape fewer.
      const int ink_wanted = cell.c == U' ' ? ink_now : cell.ink;
      if (style.colour && (ink_wanted != ink_now || cell.paper != paper_now)) {
        if ((ink_wanted < 0 && ink_now >= 0) || (cell.paper < 0 && paper_now >= 0)) {
          out += "\x1b[0m";
          ink_now = paper_now = -1;
        }
        if (ink_wanted != ink_now) out += ink(ink_wanted, style);
        if (cell.paper != paper_now) out += "\x1b[48;5;" + std::to_string(cell.paper) + "m";
        ink_now = ink_wanted;
        paper_now = cell.paper;
      }
      out += utf8::encode(cell.c);
    }
    if (ink_now >= 0 || paper_now >= 0) out += "\x1b[0m";
    out += '\n';
  }
  return out;
}

Braille::Braille(int columns, int rows)
    : columns_(columns),
      rows_(rows),
      cells_(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows)) {}

void Braille::dot(int x, int y) {
  if (x < 0 || x >= dots_across() || y < 0 || y >= dots_down()) return;
  // Unicode numbers the dots of the first six down the columns, and the fourth row came later:
  //   1 4     bits 0 3
  //   2 5          1 4
  //   3 6          2 5
  //   7 8          6 7
  static constexpr unsigned char bits[4][2] = {{0, 3}, {1, 4}, {2, 5}, {6, 7}};
  auto& cell = cells_[static_cast<std::size_t>(y / 4) * static_cast<std::size_t>(columns_) +
                      static_cast<std::size_t>(x / 2)];
  cell = static_cast<unsigned char>(cell | (1u << bits[y % 4][x % 2]));
}

void Braille::line(int x0, int y0, int x1, int y1, Dashes dashes, int& phase) {
  const int dx = std::abs(x1 - x0);
  const int dy = -std::abs(y1 - y0);
  int error = dx + dy;
  for (;;) {
    if (phase++ % dashes.period < dashes.drawn) dot(x0, y0);
    if (x0 == x1 && y0 == y1) return;
    const int twice = 2 * error;
    if (twice >= dy) {
      error += dy;
      x0 += x0 < x1 ? 1 : -1;
    }
    if (twice <= dx) {
      error += dx;
      y0 += y0 < y1 ? 1 : -1;
    }
  }
}

char32_t Braille::character(int column, int row) const {
  const unsigned char dots =
      cells_[static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) +
             static_cast<std::size_t>(column)];
  return dots == 0 ? U' ' : static_cast<char32_t>(0x2800u + dots);
}

}  // namespace tracer
