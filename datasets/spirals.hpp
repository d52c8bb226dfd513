// Spiral arms that wind around each other: hard for small networks. Next: xor.hpp.
#pragma once

#include <cstdint>
#include <string>

#include "datasets/dataset.hpp"

namespace tracer {

struct Spirals {
  int n = 100;   ///< points in all; the first arms have one more where they do not divide evenly
  int arms = 2;  ///< one class an arm
  double turns = 1;  ///< of each arm around the origin
  double noise = 0;  ///< standard deviation of what is added to every coordinate
  bool shuffle = true;
  std::uint64_t seed = 0;
  std::string stream = "spirals";  ///< with the seed: which random numbers; test data have others
};

/// features 2 × n, targets 1 × n of 0 and 1, or one-hot arms × n. Point i of an arm of c points has
/// the radius t = (i + 1)/c and the angle 2π(turns·t + arm/arms).
/// Requires n >= 1, arms >= 2, noise >= 0.
Dataset spirals(const Spirals&);

}  // namespace tracer
