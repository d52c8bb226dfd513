#include "datasets/linear.hpp"

#include "tracer/number/random.hpp"

namespace tracer {

Array<float> linear_weights(const Linear& wanted) {
  RandomStream draws(wanted.seed, "linear weights");
  Array<float> weights(wanted.targets, wanted.features);
  for (int i = 0; i < wanted.targets; ++i) {
    for (int j = 0; j < wanted.features; ++j) {
      weights(i, j) = static_cast<float>(wanted.weight * draws.uniform_double());
    }
  }
  return weights;
}

Dataset linear(const Linear& wanted) {
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
