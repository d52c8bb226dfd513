// Exclusive or: the four corners of a square, opposite ones alike. No straight line separates
// them. Next: blobs.hpp.
#pragma once

#include <cstdint>
#include <string>

#include "datasets/dataset.hpp"

namespace tracer {

struct XorCorners {
  int n = 100;         ///< points in all, the corners in turn
  double noise = 0.1;  ///< standard deviation of what is added to every coordinate
  bool shuffle = true;
  std::uint64_t seed = 0;
  std::string stream = "xor";  ///< with the seed: which random numbers; test data have others
};

/// features 2 × n, targets 1 × n. Without noise the points are (0, 0), (0, 1), (1, 0), (1, 1), and
/// the target is 1 where exactly one coordinate is. (`xor` itself is a word of C++.)
/// Requires n >= 1, noise >= 0.
Dataset xor_corners(const XorCorners&);

}  // namespace tracer
