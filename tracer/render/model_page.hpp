// How good a model is, as a page: what `tracer train` shows at the end and `tracer eval` shows of a
// saved model. The pictures come from view/. Next: training_page.hpp.
#pragma once

#include <string>
#include <vector>

#include "tracer/render/blocks.hpp"
#include "tracer/train/evaluate.hpp"
#include "tracer/train/model.hpp"
#include "tracer/train/part_samples.hpp"
#include "tracer/view/plane.hpp"

namespace tracer {

/// A model on samples.
struct ModelReport {
  const Program& program;
  const Model& model;
  std::string part;  ///< "test"
  const Metrics& metrics;
  std::vector<int> predicted;  ///< a class for each sample; empty where the targets are numbers
  PartSamples samples;         ///< those that were predicted
};

/// Scores, confusion matrix, what was confused most (with pictures), decision boundary: what fits
/// the kind of the data.
/// The report must live as long as the page.
Document page_of(const ModelReport&);

/// Whether a picture of the plane can be drawn: two features, classes.
bool has_boundary(const ModelReport&);
/// What such a picture needs, in the terminal (view/plane.hpp) or as a file (view/gnuplot.hpp).
/// The report must outlive it.
struct Plane {
  PointSet set;
  Predictor predict;
  Says says = Says::classes;
};
Plane plane_of(const ModelReport&);

}  // namespace tracer
