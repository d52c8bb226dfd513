// What the generators of points share: the order of the samples, noise, and targets for classes.
// Next: generator.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/dataset.hpp"
#include "tracer/number/random.hpp"

namespace tracer {

/// A set of n points with no class yet said: fill it with `add`, in any order of classes; each
/// point goes to its place in the shuffled order. `deviation`: of the noise that is drawn for every
/// coordinate.
class LabelledPoints {
 public:
  template <class Options>
  LabelledPoints(const Options& wanted, int features, double deviation)
      : LabelledPoints(features, wanted.n, wanted.shuffle, wanted.seed, wanted.stream, deviation) {}

  void add(const std::vector<double>& point, int label);

  /// 1 × n of 0 and 1 for two classes, one-hot for more; class names "0" ... "k−1".
  Dataset dataset(std::string_view name, int classes) &&;

 private:
  LabelledPoints(int features, int n, bool shuffle, std::uint64_t seed, const std::string& stream,
                 double deviation);

  Array<float> features_;
  std::vector<int> labels_;
  std::vector<int> place_;
  std::size_t next_ = 0;
  RandomStream noise_;
  double deviation_;
};

/// How many of n points the k-th of so many groups has: the first ones have one more where they do
/// not divide evenly.
inline int share_of(int k, int groups, int n) { return n / groups + (k < n % groups ? 1 : 0); }

}  // namespace tracer
