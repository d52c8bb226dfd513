// What a few runs tell of a setting, and what they don't: means with intervals, differences of
// paired runs, tests of two models on one set. All intervals are of 95 %. Next: summary.hpp, which
// makes a table of them.
#pragma once

#include <optional>
#include <span>

namespace tracer {

struct ConfidenceInterval {
  double low = 0;
  double high = 0;

  bool contains(double x) const { return low <= x && x <= high; }
};

/// How repeated runs vary: by their seeds, each with its own split; or by folds, whose training sets
/// overlap, so that their scores are less independent than they look.
struct Repeats {
  int folds = 0;  ///< 0: seeds alone
};

double mean_of(std::span<const double>);
/// Of n − 1; 0 for a single value.
double deviation_of(std::span<const double>);

/// The mean of n values, mean ± t(n − 1) · s · √(1/n); of folds √(1/n + 1/(K − 1)) in place of √(1/n),
/// for one part in K is held out (Nadeau & Bengio 2003, "Inference for the Generalization Error",
/// §3: the test set's size over the training set's is added). Nothing for fewer than 2 values.
std::optional<ConfidenceInterval> interval_of_mean(std::span<const double>, const Repeats& = {});

/// Of a share of n samples, by Wilson (1927): the p for which the observed share is just 1.96
/// standard errors away. `share` from 0 to 1; n above 0.
ConfidenceInterval wilson(double share, int n);

/// Two models on the same samples: how many the first alone has right, and the second alone. The
/// exact two-sided p that a fair coin falls so unevenly (McNemar 1947, in its binomial form); 1 where
/// neither differs.
double mcnemar(int first_alone, int second_alone);

}  // namespace tracer
