// Line charts in SVG: curves of a training, of precision over recall, of scores over seeds. Next:
// curves.hpp, the same with characters; ranking_svg.hpp.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "tracer/train/history.hpp"
#include "tracer/view/canvas.hpp"
#include "tracer/view/curves.hpp"

namespace tracer {

struct ChartLine {
  /// dots: joined by a line; steps: y holds from the x before.
  enum class Kind { line, dots, steps, guide };

  std::string name = {};               ///< in the legend; empty: not there
  std::vector<double> x = {}, y = {};  ///< as many of both; what is not finite leaves a gap
  std::size_t which = 0;               ///< its colour and its dashes
  Kind kind = Kind::line;  ///< guide: thin and dotted, of what the others are held against
  bool grey = false;       ///< thin, in no class's colour
  /// A band around it, from low to high at each x; empty: none.
  std::vector<double> low = {}, high = {};
};

/// A line upright through the plot, with its words.
struct ChartMark {
  double x = 0;
  std::string words = {};
};

struct Chart {
  std::string title = {}, x_name = {}, y_name = {};
  std::vector<ChartLine> lines = {};
  std::vector<ChartMark> marks = {};
  std::optional<Axis> x = {}, y = {};     ///< nothing: as long as the lines need
  int counted = 0;                        ///< x counts from 1 to this, epochs; 0: numbers
  std::vector<std::string> x_names = {};  ///< of x = 0, 1, 2 ..., in place of numbers
  double width = 520;                     ///< pixels
};

/// An `<svg>`, "" where no line has a finite value. Of lines with more points than pixels the first,
/// last, lowest and highest within every two pixels are drawn (of grey ones, eight).
std::string chart_svg(const Chart&);

/// Values of epochs 1, 2, ... as a line of a chart.
ChartLine chart_line(const Series&, std::size_t which);

/// Loss and, where there is one, accuracy (in %), of training and validation, as two charts beside
/// each other; "" for an empty history. `kept`: the epoch whose weights are kept, marked where it is
/// not the last; 0: not known.
std::string curves_svg(const History& history, int kept = 0);

}  // namespace tracer
