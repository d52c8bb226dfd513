// See canvas.hpp.
#include "tracer/view/canvas.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>

#include "tracer/text/cells.hpp"
#include "tracer/text/utf8.hpp"

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

namespace {

struct Hue {
  int plain;
  int bright;
  int ground;
  unsigned rgb;
};

constexpr std::array hues{Hue{33, 159, 25, 0x1f77b4},   Hue{208, 223, 130, 0xff7f0e},
                          Hue{35, 157, 22, 0x2ca02c},   Hue{203, 217, 88, 0xd62728},
                          Hue{141, 189, 54, 0x9467bd},  Hue{137, 180, 58, 0x8c564b},
                          Hue{213, 225, 89, 0xe377c2},  Hue{248, 255, 238, 0x7f7f7f},
                          Hue{185, 230, 100, 0xbcbd22}, Hue{44, 195, 23, 0x17becf}};

constexpr std::u32string_view marks = U"●×▲■+◆○△□◇";
constexpr std::u32string_view ascii_marks = U"ox^#+*vs%@";
constexpr std::u32string_view letters = U"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::u32string_view grounds = U" ·░:▒-▓=~,";
constexpr std::u32string_view ascii_grounds = U" .:-=~,'_;";

constexpr std::array<char32_t, 5> blocks{U' ', U'░', U'▒', U'▓', U'█'};
constexpr std::array<char32_t, 10> ascii_blocks{U' ', U'.', U':', U'-', U'=',
                                                U'+', U'*', U'#', U'%', U'@'};

const Hue& hue(std::size_t which) { return hues[which % hues.size()]; }

char32_t mark(std::u32string_view first, std::size_t which) {
  if (which < first.size()) return first[which];
  return letters[(which - first.size()) % letters.size()];
}

}  // namespace

int class_colour(std::size_t which) { return hue(which).plain; }
int class_bright(std::size_t which) { return hue(which).bright; }
int class_ground(std::size_t which) { return hue(which).ground; }
unsigned class_rgb(std::size_t which) { return hue(which).rgb; }

char32_t class_mark(std::size_t which, const Style& style) {
  return mark(style.unicode ? marks : ascii_marks, which);
}

char32_t ground_mark(std::size_t which, const Style& style) {
  return mark(style.unicode ? grounds : ascii_grounds, which);
}

std::span<const char32_t> shades(const Style& style) {
  if (style.unicode) return blocks;
  return ascii_blocks;
}

namespace {

/// The next of 1, 2, 5, 10, 20, ... that is at least `x` > 0.
double round_step(double x) {
  const double power = std::pow(10.0, std::floor(std::log10(x)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (factor * power >= x * (1 - 1e-12)) return factor * power;  // 1e-12: pow is not exact
  return 10 * power;
}

}  // namespace

std::vector<double> Axis::ticks() const {
  std::vector<double> out;
  const auto first = std::llround(std::ceil(low / step - 1e-9));  // 1e-9: 0.3 / 0.1 is not 3
  const auto last = std::llround(std::floor(high / step + 1e-9));
  for (auto i = first; i <= last; ++i) out.push_back(static_cast<double>(i) * step);
  return out;
}

std::string Axis::label(double tick) const {
  const double largest = std::max(std::fabs(low), std::fabs(high));
  if (largest >= 1e6 || step < 1e-5) return fmt::format("{:.4g}", tick);
  const int decimals = std::max(0, static_cast<int>(std::ceil(-std::log10(step) - 1e-9)));
  return fmt::format("{:.{}f}", tick == 0 ? 0.0 : tick, decimals);  // not "-0"
}

Axis make_axis(double low, double high, int most) {
  // Differences that a double cannot tell apart beside the values themselves count as none.
  if (!(high - low > 1e-9 * std::max(std::fabs(low), std::fabs(high)))) {
    const double room = low == 0 ? 1 : std::fabs(low) / 10;
    low -= room;
    high += room;
  }
  Axis axis;
  axis.step = round_step((high - low) / std::max(most, 2));
  for (;;) {
    axis.low = std::floor(low / axis.step + 1e-9) * axis.step;
    axis.high = std::ceil(high / axis.step - 1e-9) * axis.step;
    if (std::llround((axis.high - axis.low) / axis.step) <= std::max(most, 2)) return axis;
    axis.step = round_step(axis.step * 1.5);
  }
}

bool fits_axis(double x) { return std::fabs(x) < 1e300; }  // NaN does not

std::vector<int> count_ticks(int last, int most) {
  std::vector<int> out{1};
  const int step =
      std::max(1, static_cast<int>(round_step(static_cast<double>(last) / std::max(most, 1))));
  for (long long i = step; i <= last; i += step)
    if (i > 1) out.push_back(static_cast<int>(i));
  return out;
}

}  // namespace tracer
