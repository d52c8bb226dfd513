// What the generators of points share: the order of the samples, noise, and targets for classes.
// Next: generator.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "datasets/dataset.hpp"
#include "tracer/number/random.hpp"

namespace tracer {

/// A set of n points with no class yet said: fill it with `add`, in any order of classes; each
/// point goes to its place in the shuffled order.
class LabelledPoints {
 public:
  LabelledPoints(int features, int n, bool shuffle, std::uint64_t seed, const std::string& stream);

  /// Coordinates of the next point; noise of this standard deviation is drawn for each of them.
  void add(const std::vector<double>& point, double noise, RandomStream& draws, int label);

  /// 1 × n of 0 and 1 for two classes, one-hot for more; class names "0" ... "k−1".
  Dataset dataset(std::string name, int classes) &&;

 private:
  Array<float> features_;
  std::vector<int> labels_;
  std::vector<int> place_;
  std::size_t next_ = 0;
};

}  // namespace tracer
