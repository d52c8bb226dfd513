// The samples of a part of a lesson's data, as the commands show and draw them. Next: run/plan.hpp, how
// the data are divided.
#pragma once

#include <string>
#include <vector>

#include "datasets/dataset.hpp"
#include "tracer/language/program.hpp"
#include "tracer/train/evaluate.hpp"
#include "tracer/train/metrics.hpp"
#include "tracer/train/trainer.hpp"

namespace tracer {

/// Features (the first name) and targets (the last of several) of a lesson's samples, one column a
/// sample. What has no numbers is left out.
Dataset dataset_of(const Samples&);

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

/// The model on the samples of a part. Throws as evaluate() of samples.
Evaluation evaluate(const Program&, const Model&, const PartSamples&);

}  // namespace tracer
