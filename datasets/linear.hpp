// Numbers to be predicted, not classes: y = w·x + bias and some noise. Next: split.hpp.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <tuple>

#include "datasets/generator.hpp"
#include "tracer/number/random.hpp"

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

  static constexpr std::string_view name = "linear";
  static constexpr std::string_view about = "numbers that follow a straight line, with noise";
  static constexpr std::string_view training = "noise=5";
  static constexpr auto parameters() {
    return std::tuple{
        Parameter{"bias", &Linear::bias, "what is added to every target"},
        Parameter{"features", &Linear::features, "dimensions", 1},
        Parameter{"targets", &Linear::targets, "numbers to be predicted", 1},
        Parameter{"weight", &Linear::weight, "weights are drawn from 0 up to this", 0},
        Parameter{"noise", &Linear::noise, noise_meaning, 0}};
  }
  std::optional<WrongCall> complaint() const {
    return too_many(1LL * n * std::max(features, targets), "n",
                    "take fewer points or fewer features");
  }
};

/// The weights behind the samples, targets × features.
inline Array<float> linear_weights(const Linear& wanted) {
  RandomStream draws(wanted.seed, "linear weights");
  Array<float> weights(wanted.targets, wanted.features);
  for (int i = 0; i < wanted.targets; ++i) {
    for (int j = 0; j < wanted.features; ++j) {
      weights(i, j) = static_cast<float>(wanted.weight * draws.uniform_double());
    }
  }
  return weights;
}

/// features × n standard normal numbers; targets × n: linear_weights · features + bias + noise; no
/// classes. Requires n, features, targets >= 1 and noise >= 0.
/// Source: sklearn.datasets.make_regression (scikit-learn 1.x; every feature informative), with
/// this program's random numbers.
inline Dataset linear(const Linear& wanted) {
  const Array<float> weights = linear_weights(wanted);
  RandomStream draws(wanted.seed, wanted.stream);
  RandomStream noise(wanted.seed, wanted.stream + " noise");
  Dataset made;
  made.name = "linear";
  made.features.resize(wanted.features, wanted.n);
  made.targets.resize(wanted.targets, wanted.n);
  for (int k = 0; k < wanted.n; ++k) {
    for (int j = 0; j < wanted.features; ++j) {
      made.features(j, k) = static_cast<float>(draws.normal());
    }
    for (int i = 0; i < wanted.targets; ++i) {
      double y = wanted.bias;
      for (int j = 0; j < wanted.features; ++j)
        y += double(weights(i, j)) * double(made.features(j, k));
      if (wanted.noise > 0) y += wanted.noise * noise.normal();
      made.targets(i, k) = static_cast<float>(y);
    }
  }
  return made;
}

}  // namespace tracer
