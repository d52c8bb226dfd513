// How good a model is, as a page: what `tracer train` shows at the end and `tracer eval` shows of a
// saved model. The pictures come from view/. Next: train.cpp, eval.cpp.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "datasets/dataset.hpp"
#include "tracer/language/program.hpp"
#include "tracer/text/style.hpp"
#include "tracer/train/evaluate.hpp"
#include "tracer/train/metrics.hpp"
#include "tracer/train/model.hpp"
#include "tracer/train/trainer.hpp"
#include "tracer/view/boundary.hpp"

namespace tracer::cli {

/// "training", "validation", "test": in sentences.
std::string name_of(Part);
/// "train", "val", "test": Keras's prefixes, in JSON.
std::string key_of(Part);

/// A part of a lesson's samples: all of a data statement, or some of it.
struct PartSamples {
  const Samples* samples = nullptr;  ///< null: the lesson has no such part
  std::vector<int> chosen;           ///< empty: all

  int count() const;
  /// Numbers within the part, from 0.
  Dataset pick(const std::vector<int>& which) const;
  Dataset all() const;
  Samples picked(const std::vector<int>& which) const;
  Samples picked() const;  ///< all
  /// The class of each sample; empty where there are none (see metrics.hpp).
  std::vector<int> labels(Task) const;
};
PartSamples part_samples(const Program&, Part);

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
std::string to_text(const ModelReport&, const Style&);

/// Whether a picture of the plane can be drawn: two features, classes.
bool has_boundary(const ModelReport&);
/// What such a picture needs, in the terminal (view/boundary.hpp) or as a file (view/gnuplot.hpp).
/// The report must outlive it.
struct Plane {
  PointSet set;
  Predictor predict;
  Says says = Says::classes;
};
Plane plane_of(const ModelReport&);

/// {"test_loss": ..., "test_accuracy": ..., "test_f1": ...} (R² for numbers) into `into`.
void add_metrics(nlohmann::ordered_json& into, const std::string& key, const Metrics&);

}  // namespace tracer::cli
