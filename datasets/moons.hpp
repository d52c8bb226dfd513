// Two half circles, one reaching into the other: a curved boundary is needed. Next: spirals.hpp.
#pragma once

#include <cstdint>
#include <string>

#include "datasets/dataset.hpp"

namespace tracer {

struct Moons {
  int n = 100;       ///< points in all; of an odd number the lower moon has one more
  double noise = 0;  ///< standard deviation of what is added to every coordinate
  bool shuffle = true;
  std::uint64_t seed = 0;
  std::string stream = "moons";  ///< with the seed: which random numbers; test data have others
};

/// features 2 × n, targets 1 × n: 0 is the upper moon, 1 the lower one.
/// Requires n >= 1, noise >= 0.
/// Source: sklearn.datasets.make_moons (scikit-learn 1.x), with this program's random numbers.
Dataset moons(const Moons&);

}  // namespace tracer
