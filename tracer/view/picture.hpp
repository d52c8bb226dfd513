// Grey pictures (digits, clothes) in the terminal: two pixels a cell with colour, ▀ having one in
// its ink and one in its paper; without colour eight dots a braille cell, or shades of ASCII. And in
// SVG, as PNGs within it.
#pragma once

#include <string>
#include <vector>

#include "datasets/dataset.hpp"
#include "tracer/text/style.hpp"

namespace tracer {

struct Picture {
  std::vector<float>
      pixels;  ///< row by row; the darkest of them is drawn black, the lightest white
  int rows = 0;
  int columns = 0;
  std::string caption = {};  ///< "true 7, said 2"; may have several lines
  /// 0 is in the middle between black and white, or blue and red: of weights.
  bool around_zero = false;
};

/// Side by side, as many as fit, captions below. A picture that is wider than the screen is made
/// smaller by a whole factor (pixels averaged). Throws Error where there are not rows × columns
/// pixels.
std::string pictures(const std::vector<Picture>& all, const Style& style);

/// An `<svg>`: side by side, captions below; `across` pictures in a row, 0: as many as fit. "" for
/// none. Throws as pictures().
std::string pictures_svg(const std::vector<Picture>& all, const std::string& title, int across = 0);

/// Of the samples of a set of pictures; fewer captions than samples: the rest have none.
std::vector<Picture> pictures_of(const Dataset&, const std::vector<std::string>& captions = {});

}  // namespace tracer
