// What the scores of classes tell beside the class that is predicted: how well each class is told
// from the rest at every threshold, how often the right one is among the first k, and whether a
// probability of 0.9 is right in nine cases of ten. Next: metrics.hpp, the predictions themselves.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "tracer/number/eigen.hpp"
#include "tracer/train/metrics.hpp"

namespace tracer {

/// The shares of the others (fpr) and of the class itself (tpr) that are taken for it where the
/// threshold falls: from (0, 0) to (1, 1), a point for each distinct score. Source:
/// sklearn.metrics.roc_curve 1.2 with drop_intermediate=False, but for its first threshold.
struct RocCurve {
  std::vector<double> fpr, tpr;
};
/// Throws Error: sizes differ, no samples, a score that is NaN.
RocCurve roc_curve(const std::vector<bool>& truth, const std::vector<double>& scores);
/// Its area, by trapezoids: how probably one of the class has a higher score than one of the others.
/// NaN where all samples, or none, are of the class. Source: sklearn.metrics.roc_auc_score 1.2.
double area_under(const RocCurve&);

/// One class against the rest.
struct ClassRanking {
  double prevalence = 0;  ///< its share of the samples: the precision of a guess
  double average_precision = 0;
  double roc_auc = 0;
  PrecisionRecall precision_recall;
  RocCurve roc;
};

/// Samples whose probability of the predicted class lies in one tenth, from 0 ... 0.1 on.
struct CalibrationBin {
  int count = 0;
  double probability = 0;  ///< their mean
  double right = 0;        ///< the share of them that is right
};

struct Ranking {
  std::vector<ClassRanking> classes;
  std::vector<double> top;  ///< share of samples whose class is among the first 1, 2, ... 5 scores;
                            ///< of equal scores the first class counts as higher
  std::vector<CalibrationBin> bins;  ///< ten; none where the scores are no probabilities
  /// Σ (count/m) |right − probability|: Naeini, Cooper & Hauskrecht 2015, "Obtaining Well Calibrated
  /// Probabilities Using Bayesian Binning", §2 (ECE).
  std::optional<double> calibration_error;
};

/// `truth`: the class of each sample, from 0. `scores`: classes × m; of two classes 1 × m will do, the
/// probability of class 1. Throws Error: sizes differ, no samples, a score that is NaN.
Ranking ranking_of(const std::vector<int>& truth, const Array<float>& scores);

}  // namespace tracer
