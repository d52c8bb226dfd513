// Points in the plane: a scatter plot, with a mark and a colour for each class; and
// the decision boundary of a network with two inputs: the ground has the colour of what the network
// says there, the samples lie on top. With colour every cell is two half blocks, ▀, one above the
// other, so that dots are about square; without, one character.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tracer/text/style.hpp"
#include "tracer/view/frame.hpp"

namespace tracer {

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
