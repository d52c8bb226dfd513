// Round clouds of points, one a class: what a linear classifier can do. Next: linear.hpp.
#pragma once

#include <cstdint>
#include <string>

#include "datasets/dataset.hpp"

namespace tracer {

struct Blobs {
  int n = 100;       ///< points in all; the first clouds have one more where n is not a multiple
  int centers = 3;   ///< one class a cloud
  int features = 2;  ///< dimensions
  double deviation = 1;  ///< of a cloud, in every direction: scikit-learn's cluster_std
  double low = -10;      ///< centres are uniform in this box: scikit-learn's center_box
  double high = 10;
  bool shuffle = true;
  std::uint64_t seed = 0;
  std::string stream = "blobs";  ///< of the points; the centres depend on the seed alone, so that
                                 ///< test data come from the same clouds
};

/// features features × n, targets 1 × n of 0 and 1 for two clouds, one-hot centers × n for more.
/// Requires n >= 1, centers >= 2, features >= 1, deviation >= 0, low <= high.
/// Source: sklearn.datasets.make_blobs (scikit-learn 1.x), with this program's random numbers.
Dataset blobs(const Blobs&);

}  // namespace tracer
