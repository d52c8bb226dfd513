// See picture.hpp.
#include "tracer/view/picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "tracer/error.hpp"
#include "tracer/text/cells.hpp"
#include "tracer/view/canvas.hpp"

namespace tracer {
namespace {

/// Shares from black (0) to white (1).
struct Grey {
  int rows;
  int columns;
  std::vector<double> shares;

  double at(int row, int column) const {
    if (row >= rows || column >= columns) return 0;
    return shares[static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) +
                  static_cast<std::size_t>(column)];
  }
};

/// `factor` × `factor` pixels become one, their mean; then everything is stretched to 0 ... 1.
Grey scaled(const Picture& picture, int factor) {
  Grey out{(picture.rows + factor - 1) / factor, (picture.columns + factor - 1) / factor, {}};
  for (int r = 0; r < out.rows; ++r)
    for (int c = 0; c < out.columns; ++c) {
      double sum = 0;
      int count = 0;
      for (int i = r * factor; i < std::min((r + 1) * factor, picture.rows); ++i)
        for (int j = c * factor; j < std::min((c + 1) * factor, picture.columns); ++j) {
          const auto pixel = static_cast<double>(
              picture
                  .pixels[static_cast<std::size_t>(i) * static_cast<std::size_t>(picture.columns) +
                          static_cast<std::size_t>(j)]);
          sum += std::isfinite(pixel) ? pixel : 0;
          ++count;
        }
      out.shares.push_back(sum / count);
    }
  const auto [low, high] = std::minmax_element(out.shares.begin(), out.shares.end());
  const double black = *low;
  const double range = *high - *low;
  for (double& share : out.shares)
    share = range > 0 ? (share - black) / range : std::clamp(black, 0.0, 1.0);
  return out;
}

/// xterm's greys: black, 24 steps (232 to 255), white.
int grey_colour(double share) {
  const int level = static_cast<int>(std::lround(share * 25));
  return level == 0 ? 16 : level == 25 ? 231 : 231 + level;
}

/// A picture whose cells are what `cell` gives for their column and row.
std::string drawn(int columns, int rows, const Style& style, const auto& cell) {
  Canvas canvas(columns, rows);
  for (int row = 0; row < rows; ++row)
    for (int column = 0; column < columns; ++column) canvas.at(column, row) = cell(column, row);
  return canvas.text(style);
}

std::string half_blocks(const Grey& grey_picture, const Style& style) {
  return drawn(grey_picture.columns, (grey_picture.rows + 1) / 2, style, [&](int column, int row) {
    return Canvas::Cell{U'▀', grey_colour(grey_picture.at(2 * row, column)),
                        grey_colour(grey_picture.at(2 * row + 1, column))};
  });
}

/// Dots by ordered dithering: a dot is set where the pixel exceeds the threshold of its place, so
/// that a grey area gets its share of dots. (Bayer 1973, the 4 × 2 case; the thresholds keep away
/// from 0 and 1.)
std::string dots(const Grey& grey_picture, const Style& style) {
  static constexpr double thresholds[4][2] = {
      {0.20, 0.60}, {0.70, 0.35}, {0.30, 0.65}, {0.75, 0.45}};
  const int columns = (grey_picture.columns + 1) / 2;
  const int rows = (grey_picture.rows + 3) / 4;
  Braille sheet(columns, rows);
  for (int y = 0; y < grey_picture.rows; ++y)
    for (int x = 0; x < grey_picture.columns; ++x)
      if (grey_picture.at(y, x) > thresholds[y % 4][x % 2]) sheet.dot(x, y);
  return drawn(columns, rows, style,
               [&](int column, int row) { return Canvas::Cell{sheet.character(column, row)}; });
}

/// A cell is the mean of two pixels: its paper, or a character as dark as that.
std::string ascii(const Grey& grey_picture, const Style& style) {
  const auto ramp = shades(style);
  return drawn(grey_picture.columns, (grey_picture.rows + 1) / 2, style, [&](int column, int row) {
    const double share =
        (grey_picture.at(2 * row, column) + grey_picture.at(2 * row + 1, column)) / 2;
    if (style.colour) return Canvas::Cell{U' ', -1, grey_colour(share)};
    return Canvas::Cell{
        ramp[static_cast<std::size_t>(std::lround(share * static_cast<double>(ramp.size() - 1)))]};
  });
}

}  // namespace

std::string pictures(const std::vector<Picture>& all, const Style& style) {
  constexpr int gap = 2;
  const int room = usable_width(style);
  std::vector<std::string> blocks;
  for (const Picture& picture : all) {
    if (picture.rows < 1 || picture.columns < 1 ||
        picture.pixels.size() !=
            static_cast<std::size_t>(picture.rows) * static_cast<std::size_t>(picture.columns))
      throw Error(fmt::format(
          "a picture of {} × {} pixels needs {}, got {}", picture.rows, picture.columns,
          static_cast<long long>(picture.rows) * picture.columns, picture.pixels.size()));
    const bool braille = style.unicode && !style.colour;
    const int most = braille ? 2 * room : room;
    const Grey shown = scaled(picture, (picture.columns + most - 1) / most);
    std::string block = !style.unicode ? ascii(shown, style)
                        : style.colour ? half_blocks(shown, style)
                                       : dots(shown, style);
    const int columns = braille ? (shown.columns + 1) / 2 : shown.columns;
    // A caption may be wider than its picture, not than the screen. As a blank line, it keeps the
    // captions of a row of pictures at one height and their columns at the full width.
    for (const std::string& line : lines_of(picture.caption))
      block += fit_left(line, std::min(std::max(columns, display_width(clean(line, style))), room),
                        style) +
               "\n";
    if (picture.caption.empty()) block += blanks(columns) + "\n";
    blocks.push_back(std::move(block));
  }
  // Blocks keep their full width through the captions; what that leaves at the ends of lines goes.
  std::string out;
  for (std::string line : lines_of(beside(blocks, gap, style))) {
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

std::vector<Picture> pictures_of(const Dataset& set, const std::vector<std::string>& captions) {
  std::vector<Picture> pictures;
  for (Eigen::Index k = 0; k < set.features.cols(); ++k) {
    Picture picture;
    picture.pixels.assign(set.features.col(k).begin(), set.features.col(k).end());
    picture.rows = set.image_rows;
    picture.columns = set.image_columns;
    if (static_cast<std::size_t>(k) < captions.size())
      picture.caption = captions[static_cast<std::size_t>(k)];
    pictures.push_back(std::move(picture));
  }
  return pictures;
}

}  // namespace tracer
