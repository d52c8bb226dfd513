// Numbers to be predicted, not classes: y = w·x + bias and some noise. Next: split.hpp.
#pragma once

#include <cstdint>
#include <string>

#include "datasets/dataset.hpp"

namespace tracer {

struct Linear {
  int n = 100;
  int features = 1;
  int targets = 1;
  double bias = 0;
  double noise = 0;     ///< standard deviation of what is added to every target
  double weight = 100;  ///< weights are uniform in [0, weight), as scikit-learn's are in [0, 100)
  std::uint64_t seed = 0;
  std::string stream = "linear";  ///< of the points; the weights depend on the seed alone, so that
                                  ///< test data follow the same line
};

/// features × n standard normal numbers; targets × n: linear_weights · features + bias + noise; no
/// classes. Requires n, features, targets >= 1 and noise >= 0.
/// Source: sklearn.datasets.make_regression (scikit-learn 1.x; every feature informative), with
/// this program's random numbers.
Dataset linear(const Linear&);

/// The weights behind them, targets × features.
Array<float> linear_weights(const Linear&);

}  // namespace tracer
