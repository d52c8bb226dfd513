// The nearest neighbours of each sample, exactly: every pair is looked at. What makes that fast is
// that |a − b|² = |a|² + |b|² − 2 a·b, and a·b of many pairs is a product of matrices. In float that
// difference is inexact where two points are close and far from the mean, so it only chooses
// candidates, with a bound on its error; their distances are computed in double, and where the bound
// can't exclude that some other point is nearer, all points are compared in double. Next:
// affinities.hpp.
#pragma once

#include <span>
#include <vector>

#include "tracer/number/eigen.hpp"

namespace tracer::embed {

/// Of each of some samples its k nearest others, nearest first; of equally near ones the one with
/// the lower number first.
struct Neighbours {
  int k = 0;
  std::vector<int> numbers;     ///< k for each sample, one after the other; from 0
  std::vector<double> squared;  ///< their squared Euclidean distances

  std::span<const int> of(std::size_t sample) const {
    return std::span(numbers).subspan(sample * static_cast<std::size_t>(k),
                                      static_cast<std::size_t>(k));
  }
  std::span<const double> squared_of(std::size_t sample) const {
    return std::span(squared).subspan(sample * static_cast<std::size_t>(k),
                                      static_cast<std::size_t>(k));
  }
};

/// points: d × n, finite. Of those `asked` (from 0; none: of all). A sample is no neighbour of its
/// own. Requires 1 <= k < n. The same for every number of threads.
Neighbours nearest(const Array<float>& points, int k, std::span<const int> asked = {});

}  // namespace tracer::embed
