// See picture.hpp.
#include "tracer/view/picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "datasets/png.hpp"
#include "tracer/error.hpp"
#include "tracer/text/cells.hpp"
#include "tracer/text/markup.hpp"
#include "tracer/view/canvas.hpp"
#include "tracer/view/svg.hpp"

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
  const double most = std::max(std::fabs(*low), std::fabs(*high));
  const double black = picture.around_zero ? -most : *low;
  const double range = picture.around_zero ? 2 * most : *high - *low;
  for (double& share : out.shares)
    share = range > 0             ? (share - black) / range
            : picture.around_zero ? 0.5
                                  : std::clamp(black, 0.0, 1.0);
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

namespace {

void require_pixels(const Picture& picture) {
  if (picture.rows < 1 || picture.columns < 1 ||
      picture.pixels.size() !=
          static_cast<std::size_t>(picture.rows) * static_cast<std::size_t>(picture.columns))
    throw Error(fmt::format("a picture of {} × {} pixels needs {}, got {}", picture.rows,
                            picture.columns, static_cast<long long>(picture.rows) * picture.columns,
                            picture.pixels.size()));
}

// Grey, or where 0 is in the middle from blue over white to red.
Bytes bytes_of(const Picture& picture, const Grey& shown) {
  Bytes bytes;
  const auto level = [](double share) {
    return static_cast<unsigned char>(std::lround(255 * std::clamp(share, 0.0, 1.0)));
  };
  for (const double share : shown.shares) {
    if (!picture.around_zero) {
      bytes.push_back(level(share));
      continue;
    }
    const double away = 2 * share - 1;  // −1: blue
    bytes.push_back(level(away < 0 ? 1 + 0.87 * away : 1 - 0.21 * away));
    bytes.push_back(level(1 - (away < 0 ? 0.53 * -away : 0.85 * away)));
    bytes.push_back(level(away < 0 ? 1 + 0.29 * away : 1 - 0.84 * away));
  }
  return bytes;
}

}  // namespace

std::string pictures_svg(const std::vector<Picture>& all, const std::string& title, int across) {
  if (all.empty()) return "";
  constexpr double room = 900, gap = 10, line = 15, shown_at = 84;
  constexpr int largest = 112;  // pixels of a side; more are averaged
  double width = shown_at;
  double height = 0;
  std::size_t lines = 0;
  for (const Picture& picture : all) {
    require_pixels(picture);
    height = std::max(height, std::round(shown_at * picture.rows / picture.columns));
    const std::vector<std::string> caption = lines_of(picture.caption);
    lines = std::max(lines, caption.size());
    for (const std::string& one : caption) width = std::max(width, svg_width(one) * 11 / 12);
  }
  height = std::min(height, 3 * shown_at);
  const int in_row =
      across > 0 ? across : std::max(1, static_cast<int>((room + gap) / (width + gap)));
  const double step = height + line * static_cast<double>(lines) + gap + 4;
  std::string inner;
  for (std::size_t k = 0; k < all.size(); ++k) {
    const Picture& picture = all[k];
    const int longest = std::max(picture.rows, picture.columns);
    const Grey shown = scaled(picture, (longest + largest - 1) / largest);
    const double x = (width + gap) * static_cast<double>(k % static_cast<std::size_t>(in_row));
    const double y = step * static_cast<double>(k / static_cast<std::size_t>(in_row));
    inner += fmt::format(
        "<image x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" image-rendering=\"pixelated\" "
        "href=\"data:image/png;base64,{}\"/>\n",
        svg_number(x), svg_number(y), svg_number(shown_at), svg_number(height),
        base64(png_bytes(bytes_of(picture, shown), shown.rows, shown.columns)));
    double below = y + height + line - 2;
    for (const std::string& one : lines_of(picture.caption)) {
      inner += svg_text({.x = x, .y = below, .text = one, .size = 11});
      below += line;
    }
  }
  const auto count = static_cast<int>(all.size());
  const int columns = std::min(in_row, count);
  const int rows = (count + in_row - 1) / in_row;
  return svg_picture((width + gap) * columns, step * rows, title, inner);
}

std::string pictures(const std::vector<Picture>& all, const Style& style) {
  constexpr int gap = 2;
  const int room = usable_width(style);
  std::vector<std::string> blocks;
  for (const Picture& picture : all) {
    require_pixels(picture);
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
