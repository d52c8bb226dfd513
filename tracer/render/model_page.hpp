// How good a model is, as a page: what `tracer train` shows at the end and `tracer eval` shows of a
// saved model. The pictures come from view/.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tracer/render/blocks.hpp"
#include "tracer/train/evaluate.hpp"
#include "tracer/train/model_file.hpp"
#include "tracer/train/part_samples.hpp"
#include "tracer/train/ranking.hpp"
#include "tracer/train/trainer.hpp"
#include "tracer/view/gnuplot.hpp"
#include "tracer/view/plane.hpp"
#include "tracer/view/report.hpp"

namespace tracer {

/// A model on samples.
struct ModelReport {
  const Program& program;
  const Model& model;
  std::string part;  ///< "test"
  const Metrics& metrics;
  std::vector<int> predicted;   ///< a class for each sample; empty where the targets are numbers
  PartSamples samples;          ///< those that were predicted
  Cells cells = Cells::counts;  ///< of the confusion matrix
  std::optional<Ranking> ranking = {};  ///< of the classes' scores, where they are known
  Array<float> outputs = {};            ///< laid out as the samples; 0 × 0: not known
  bool weights = false;                 ///< those of the first layer as pictures on a terminal too
};

/// Of outputs, laid out as the samples; nothing where numbers are predicted, or the classes are not
/// told by the largest of several scores or by a probability.
std::optional<Ranking> ranking_of(const Metrics&, const std::vector<int>& truth,
                                  const Array<float>& outputs, bool rows);

/// Scores, confusion matrix, what was confused most and what was wrong most surely (with pictures),
/// decision boundary, originals beside what an autoencoder makes of them: what fits the kind of the
/// data. In a browser also the curves of the ranking, and of pictures the first layer's weights.
/// The report must live as long as the page.
Document page_of(const ModelReport&);

/// Whether a picture of the plane can be drawn: two features, classes.
bool has_boundary(const ModelReport&);
/// Two features: else nothing need be measured to know that there is no boundary.
bool has_plane(const Program&);
/// What such a picture needs, in the terminal (view/plane.hpp) or as a file (view/gnuplot.hpp).
/// The report must outlive it.
struct Plane {
  PointSet set;
  Predictor predict;
  Says says = Says::classes;
};
Plane plane_of(const ModelReport&);

/// Its confusion matrix and, in the plane, its boundary, drawn by gnuplot: the files. Throws as Plots.
Plots::Files plot_model(const ModelReport&, const std::string& folder);

// The end of a training as a page: why it ended, units that do nothing, curves, how good the model
// is, and what was expected.

struct TrainingEnd {
  bool finite = true;  ///< the loss
  bool interrupted = false;
  int best_epoch = 0;  ///< 0: the last epoch's weights are those that are kept
  double seconds = 0;  ///< of training
  std::vector<std::pair<Part, Metrics>> parts;  ///< that there are, the one to report last
  std::vector<Trainer::JudgedExpectation> verdicts;

  bool expectations_hold() const {
    return std::ranges::all_of(verdicts, [](const auto& one) { return !one.judged || one.holds; });
  }
};

/// With the report of the model, where there is one. What a page is made of must live as long.
Document page_of(const Trainer&, const TrainingEnd&, const ModelReport*);
/// The curves of a saved model's training, in a browser alone; empty without a history. Both must live
/// as long as the page.
Document curves_page(const Program&, const History&);
/// Without curves, and a line of metrics in place of a report.
Document brief_page_of(const Trainer&, const TrainingEnd&);

Document expectations_page(const TrainingEnd&);

/// "test accuracy 98.02 %   macro F1 ..."; empty where there is nothing to report.
std::string summary(const TrainingEnd&, const Style&);

}  // namespace tracer
