// The pictures of a run as files, for a report or a slide: data and a script are written aside,
// gnuplot makes an SVG and a PNG of them, and only these two stay. gnuplot.cpp first
// runs scripts, then has them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tracer/train/history.hpp"
#include "tracer/train/metrics.hpp"
#include "tracer/train/ranking.hpp"
#include "tracer/view/plane.hpp"

namespace tracer {

/// Throws Error where gnuplot cannot be started, with the remedy: worth asking before a training of
/// an hour, not after it.
void require_gnuplot();

struct PlotRun {
  std::string name;  ///< in the legend, where there are several
  History history;
};

/// Files in one folder, which is made where it is not there. Each function writes NAME.svg and
/// NAME.png, replaces older ones, and returns both paths; all throw Error where gnuplot is missing
/// or fails or the folder cannot be written, and leave nothing half-made then.
class Plots {
 public:
  explicit Plots(std::filesystem::path folder) : folder_(std::move(folder)) {}

  using Files = std::vector<std::filesystem::path>;
  /// Loss and, where there is one, accuracy, beside one another; of several runs in one picture,
  /// a colour for each and validation dashed. No files for no epochs.
  Files curves(const std::vector<PlotRun>& runs) const;
  /// Ground and samples of a 2-D set; the ground is palest where a probability is 1/2. No files
  /// where no point is finite.
  Files boundary(const PointSet& set, const Predictor& predict, Says says) const;
  /// Dots in the plane, both axes equally long a unit. No files where no point is finite.
  Files points(const PointSet& set, const std::string& title) const;
  /// Shares of the rows as a heat map, counts in the cells up to 30 classes. No files for none.
  Files confusion(const Metrics& metrics) const;
  /// Of every class precision over recall, in steps, with its average precision and the precision of
  /// a guess; ROC with the area; and, of probabilities, how often each tenth is right. No files for
  /// none.
  Files ranking(const Ranking& ranking, const std::vector<std::string>& classes) const;

 private:
  /// Runs a script that plots to the file names it is given by `terminal`.
  Files draw(const std::string& name, const std::string& data, const std::string& script, int width,
             int height) const;
  std::filesystem::path folder_;
};

}  // namespace tracer
