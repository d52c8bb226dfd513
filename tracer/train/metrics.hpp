// How good a prediction is: accuracy, precision, recall, F1 and the confusion matrix, with
// scikit-learn's definitions. Next: evaluate.hpp, which makes them of a model and samples.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tracer/number/eigen.hpp"

namespace tracer {

/// What the targets of a lesson are.
enum class Task {
  classes,      ///< one-hot: the prediction is the largest entry of each sample
  two_classes,  ///< one entry of 0 and 1 (or −1 and 1) a sample: the prediction is a side of a
                ///< threshold
  numbers       ///< anything else: there is no accuracy
};

struct ClassScore {
  double precision = 0;  ///< 0 where nothing was predicted to be this class (zero_division=0)
  double recall = 0;     ///< 0 where there are no samples of it
  double f1 = 0;
  int support = 0;
};

/// Counts and what follows from them. Source: sklearn.metrics.classification_report 1.2.
struct Metrics {
  Task task = Task::numbers;
  double loss = 0;                          ///< of the lesson, over all samples
  int count = 0;                            ///< samples
  std::vector<std::string> classes;         ///< names; empty for numbers
  std::vector<std::vector<int>> confusion;  ///< [true class][predicted class]
  std::optional<double> r2;  ///< of numbers: 1 − Σ(y − ŷ)²/Σ(y − ȳ)², the mean over outputs

  double accuracy() const;  ///< NaN for numbers
  std::vector<ClassScore> scores() const;
  ClassScore macro() const;     ///< plain mean over classes
  ClassScore weighted() const;  ///< mean over classes, weighted by support

  struct Confusion {
    int truth = 0;
    int predicted = 0;
    int count = 0;
  };
  std::vector<Confusion> most_confused(std::size_t most) const;  ///< largest first, none of 0
};

/// Counts `predicted` against `truth` (classes from 0).
Metrics count_classes(const std::vector<int>& truth, const std::vector<int>& predicted,
                      std::vector<std::string> classes);

}  // namespace tracer
