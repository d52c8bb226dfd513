// How good a prediction is: accuracy, precision, recall, F1 and the confusion matrix, with
// scikit-learn's definitions. Next: evaluate.hpp, which makes them of a model and samples.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tracer/language/targets.hpp"
#include "tracer/number/eigen.hpp"

namespace tracer {

struct ClassScore {
  double precision = 0;  ///< 0 where nothing was predicted to be this class (zero_division=0)
  double recall = 0;     ///< 0 where there are no samples of it
  double f1 = 0;
  int support = 0;
};

/// Counts and what follows from them. Source: sklearn.metrics.classification_report 1.2 with
/// zero_division=0 and, as there, without the classes that neither occur nor are predicted.
struct Metrics {
  Task task = Task::numbers;
  double loss = 0;                          ///< of the lesson, over all samples
  int count = 0;                            ///< samples
  std::vector<std::string> classes;         ///< names; empty for numbers
  std::vector<std::vector<int>> confusion;  ///< [true class][predicted class]
  std::optional<double> r2;  ///< of numbers: 1 − Σ(y − ŷ)²/Σ(y − ȳ)², the mean over outputs

  /// The same, each output weighted by the spread of its targets (multioutput="variance_weighted");
  /// of several outputs.
  std::optional<double> r2_by_variance = {};

  /// Of numbers, over all outputs of all samples: the mean of |y − ŷ|, and the root of the mean of
  /// (y − ŷ)², both in the targets' own units.
  std::optional<double> mae = {}, rmse = {};

  double accuracy() const;                 ///< NaN for numbers, and where there are no samples
  std::vector<ClassScore> scores() const;  ///< of every class, also those that never occur
  ClassScore macro() const;     ///< plain mean over the classes that occur or are predicted
  ClassScore weighted() const;  ///< mean over classes, weighted by support

  /// The confusion matrix in shares of its rows (scikit-learn's normalize="true") or of its columns
  /// ("pred"); 0 in one without samples.
  enum class SharesOf { rows, columns };
  std::vector<std::vector<double>> confusion_shares(SharesOf = SharesOf::rows) const;

  struct Confusion {
    int truth = 0;
    int predicted = 0;
    int count = 0;
  };
  std::vector<Confusion> most_confused(std::size_t most) const;  ///< largest first, none of 0
};

/// Counts `predicted` against `truth` (classes from 0). Throws Error: not as many of one as of the
/// other, or a class that `classes` does not have.
Metrics count_classes(const std::vector<int>& truth, const std::vector<int>& predicted,
                      std::vector<std::string> classes);

/// 1 − Σ(y − ŷ)²/Σ(y − ȳ)² of each output, and the mean of these; an output whose targets are all
/// the same counts 1 where it is hit exactly, else 0. Nothing for fewer than 2 samples.
/// Source: sklearn.metrics.r2_score 1.2. Throws Error where the sizes differ.
std::optional<double> r2_score(const Array<float>& truth,       // outputs × m
                               const Array<float>& predicted);  // outputs × m

/// 1 − Σ(y − ŷ)²/Σ(y − ȳ)² over all outputs together, which weighs each by its spread: an output that
/// hardly varies counts hardly. Source: r2_score with multioutput="variance_weighted". Throws as
/// r2_score.
std::optional<double> r2_by_variance(const Array<float>& truth,       // outputs × m
                                     const Array<float>& predicted);  // outputs × m

/// The mean of |y − ŷ| over all entries, and of (y − ŷ)² the root of the mean. Source:
/// mean_absolute_error and the root of mean_squared_error of sklearn.metrics 1.2. Nothing for no
/// entries. Throws Error where the sizes differ.
struct AbsoluteErrors {
  double mae = 0, rmse = 0;
};
std::optional<AbsoluteErrors> absolute_errors(const Array<float>& truth,       // outputs × m
                                              const Array<float>& predicted);  // outputs × m

/// What is taken for a class where the threshold on its score falls to `score`: so many samples, and
/// so many of them rightly.
struct AtThreshold {
  double score = 0;
  int samples = 0, right = 0;
};
/// One for each distinct score, falling: those with the same score go together. `truth`: whether each
/// sample is of the class; `curve`: what needs them, "a precision-recall curve", for messages. Throws
/// Error: sizes differ, no samples, a score that is NaN.
std::vector<AtThreshold> taken_by_score(const std::vector<bool>& truth,
                                        const std::vector<double>& scores, std::string_view curve);

/// How precision and recall of one class change with the threshold on its score: one point for each
/// distinct score ("predicted where score >= threshold"), thresholds rising; then the end,
/// precision 1 and recall 0, which has no threshold. Source:
/// sklearn.metrics.precision_recall_curve 1.2.
struct PrecisionRecall {
  std::vector<double> precision;   ///< thresholds + 1
  std::vector<double> recall;      ///< thresholds + 1; all 1 where there are no positives
  std::vector<double> thresholds;  ///< scores
};
/// `truth`: whether each sample is of the class. Throws Error: sizes differ, no samples, a score
/// that is NaN.
PrecisionRecall pr_curve(const std::vector<bool>& truth, const std::vector<double>& scores);

/// Σ (Rₖ − Rₖ₋₁) Pₖ over the curve; no interpolation. 0 where there are no positives.
/// Source: sklearn.metrics.average_precision_score 1.2.
double average_precision(const PrecisionRecall&);

/// Of every class against the rest: `truth` the class of each sample, a class's scores its row.
std::vector<double> average_precisions(const std::vector<int>& truth,
                                       const Array<float>& scores);  // classes × m

}  // namespace tracer
