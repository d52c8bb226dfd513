// Line charts in braille characters: loss and accuracy over the epochs.
//
//   loss   ── training   ── validation
//   0.8 ┤⢣
//   0.6 ┤ ⠣⡀
//   0.4 ┤  ⠈⠑⠢⠤⣀⣀
//   0.2 ┤        ⠉⠉⠒⠒
//       └┬──┬────┬───
//  epoch 1  5    10
//
// Next: gnuplot.hpp, the same as files.
#pragma once

#include <string>
#include <vector>

#include "tracer/text/style.hpp"
#include "tracer/train/history.hpp"

namespace tracer {

/// Values of epochs 1, 2, ...; one that is not finite leaves a gap.
struct Series {
  std::string name;
  std::vector<double> values;
};

/// One chart, style.width columns wide (100 at most); a title with the legend, about `rows` lines,
/// so many that ticks are evenly apart, and the epochs. With colour the series are told apart by
/// it, without by their dashes and by the mark at their end. "" where there is no finite value.
/// `unit` stands before the numbers under the chart, which count from 1; at `marked` (0: nowhere) a
/// line stands upright behind the curves.
std::string line_chart(const std::string& title, const std::vector<Series>& series, int rows,
                       const Style& style, const std::string& unit = "epoch", int marked = 0);

/// What is shown of a training: accuracy in %, and nothing where there is none.
struct CurveSeries {
  std::vector<Series> loss, accuracy;  ///< of training and validation
};
CurveSeries curve_series(const History& history);

/// Loss and, where there is one, accuracy (in %), of training and validation; side by side from 100
/// columns on. "" for an empty history. `kept`: the epoch whose weights are kept; where it is not the
/// last a line marks it, and kept_words() say so below. 0: not known.
std::string curves(const History& history, const Style& style, int kept = 0);
/// "epoch 7: the weights that are kept".
std::string kept_words(int epoch);

}  // namespace tracer
