// Two circles, one inside the other: the smallest data set that no straight line separates.
// Next: moons.hpp.
#pragma once

#include <cstdint>
#include <string>

#include "datasets/dataset.hpp"

namespace tracer {

struct Circles {
  int n = 100;  ///< points in all; of an odd number the inner circle has one more
  double factor =
      0.8;  ///< radius of the inner circle, from 0 up to (not including) 1; the outer has 1
  double noise = 0;  ///< standard deviation of what is added to every coordinate
  bool shuffle = true;
  std::uint64_t seed = 0;
  std::string stream = "circles";  ///< with the seed: which random numbers; test data have others
};

/// Evenly spaced angles from 0 on each circle; features 2 × n, targets 1 × n: 0 is the outer
/// circle, 1 the inner one. Requires n >= 1, 0 <= factor < 1, noise >= 0.
/// Source: sklearn.datasets.make_circles (scikit-learn 1.x), with this program's random numbers.
/// The C library's sin and cos may differ in the last bit of a double from one system to the next;
/// after rounding to float32 that shows in one number of some hundred million.
Dataset circles(const Circles&);

}  // namespace tracer
