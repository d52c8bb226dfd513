// Points in the plane: a scatter plot, with a mark and a colour for each class; and
// the decision boundary of a network with two inputs: the ground has the colour of what the network
// says there, the samples lie on top. With colour every cell is two half blocks, ▀, one above the
// other, so that dots are about square; without, one character.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tracer/number/eigen.hpp"
#include "tracer/text/style.hpp"
#include "tracer/view/canvas.hpp"

namespace tracer {

/// Points in the plane, with classes.
struct PointSet {
  Array<float> points;               ///< 2 × m, one column a point; those not finite are left out
  std::vector<int> labels;           ///< the class of each, from 0; empty: all alike
  std::vector<std::string> classes;  ///< names, for the legend
  std::string x_name = "x1";
  std::string y_name = "x2";

  int count() const { return static_cast<int>(points.cols()); }
  std::size_t label(int point) const {
    return labels.empty() ? 0 : static_cast<std::size_t>(labels[static_cast<std::size_t>(point)]);
  }
  bool is_finite(int point) const;
};

/// Throws Error for points that are not 2 × m, labels of another count, or negative ones.
void check_points(const PointSet&);

/// Axes as long as the points need, and a little room on every side. Nothing where no point is
/// finite.
struct Area {
  Axis x;
  Axis y;
};
std::optional<Area> area_of(const PointSet&);

/// What points in a plane are drawn in: two axes and the cells between them. Both pictures share it.
class Frame {
 public:
  /// As wide as style allows (72 columns at most) and as high as makes both axes equally long a
  /// unit, within 8 to 24 lines.
  Frame(const Area& area, const Style& style);

  int columns() const { return columns_; }
  int rows() const { return rows_; }
  const Area& area() const { return area_; }
  /// A cell between the axes, from the upper left.
  Canvas::Cell& at(int column, int row) { return canvas_.at(left_ + column, row); }
  /// The cell that a finite point of the set lies in, or the part of it where every cell is divided
  /// into `parts` from top to bottom.
  struct Place {
    int column;
    int row;
  };
  Place cell_of(const PointSet& set, int point, int parts = 1) const;
  /// How the classes of the legend look: as class_mark, or as bright squares on their ground.
  enum class Legend { marks, squares };
  /// Axes, cells, and a legend below: names of the axes, then each class that has a point.
  std::string text(const PointSet& set, Legend legend, const Style& style) const;

 private:
  Area area_;
  int left_ = 0;  ///< columns before the first cell
  int columns_ = 0;
  int rows_ = 0;
  Canvas canvas_;
};

/// Where several points share a cell, the class that has most of them is drawn. "" where no point
/// is finite. Throws Error for points that are not 2 × m.
std::string scatter(const PointSet& set, const Style& style);

/// What a network says at each of k points (2 × k): k classes from 0, or k probabilities of class
/// 1. Called once a picture.
using Predictor = std::function<std::vector<double>(const Array<float>& points)>;

enum class Says { classes, probabilities };

/// "" where no point of the set is finite. Throws Error where `predict` gives another count.
std::string boundary(const PointSet& set, const Predictor& predict, Says says, const Style& style);

/// The centres of columns × rows fields that cover `area`, row by row from the upper left: 2 × k.
Array<float> grid(const Area& area, int columns, int rows);
/// Calls `predict` and checks the count.
std::vector<double> predictions(const Predictor& predict, const Array<float>& points);

}  // namespace tracer
