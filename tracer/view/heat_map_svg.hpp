// Tables of shades in SVG: a confusion matrix, the scores of two options. Next: report.hpp, the matrix
// with characters.
#pragma once

#include <string>
#include <vector>

#include "tracer/train/metrics.hpp"
#include "tracer/view/report.hpp"

namespace tracer {

struct HeatCell {
  double strength = 0;     ///< of the shade, from 0 to 1
  bool bad = false;        ///< in the colour of what is wrong
  std::string text = {};   ///< in the middle, where there is room
  std::string below = {};  ///< smaller, below it
};

struct HeatMap {
  std::string title = {}, row_name = {}, column_name = {};
  std::vector<std::string> rows = {}, columns = {};
  std::vector<std::vector<HeatCell>> cells = {};  ///< [row][column]
};

/// An `<svg>`; "" for no cells. Up to 30 columns have texts, more only shades.
std::string heat_map_svg(const HeatMap&);

/// The confusion matrix: counts with the share of the row below, or shares (see Cells) with the count
/// below; a cell's shade is its share, right ones blue, wrong ones red. "" where there are no classes,
/// or more than 300.
std::string confusion_svg(const Metrics&, Cells, const std::string& title = "");

}  // namespace tracer
