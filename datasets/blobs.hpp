// Round clouds of points, one a class: what a linear classifier can do. Next: linear.hpp.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <tuple>

#include "datasets/generator.hpp"

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

  static constexpr std::string_view name = "blobs";
  static constexpr std::string_view about = "round clouds, one a class";
  static constexpr std::string_view training = "std=1";
  static constexpr auto parameters() {
    return std::tuple{Parameter{"centers", &Blobs::centers, "how many", 2},
                      Parameter{"features", &Blobs::features, "dimensions", 1},
                      Parameter{"std", &Blobs::deviation, "standard deviation of a cloud", 0},
                      Parameter{"low", &Blobs::low}, Parameter{"high", &Blobs::high}};
  }
  std::optional<WrongCall> complaint() const {
    if (low > high) {
      return WrongCall{"low", "the box of the centres has its low above its high",
                       "low must not be above high"};
    }
    return too_many(1LL * n * std::max(features, centers), "",
                    "take fewer points, centers or features");
  }
};

/// features features × n, targets 1 × n of 0 and 1 for two clouds, one-hot centers × n for more.
/// Requires n >= 1, centers >= 2, features >= 1, deviation >= 0, low <= high.
/// Source: sklearn.datasets.make_blobs (scikit-learn 1.x), with this program's random numbers.
inline Dataset blobs(const Blobs& wanted) {
  RandomStream places(wanted.seed, "blobs centers");
  LabelledPoints points(wanted, wanted.features, wanted.deviation);
  for (int cloud = 0; cloud < wanted.centers; ++cloud) {
    std::vector<double> center;
    for (int i = 0; i < wanted.features; ++i) {
      center.push_back(wanted.low + (wanted.high - wanted.low) * places.uniform_double());
    }
    const int count = share_of(cloud, wanted.centers, wanted.n);
    for (int i = 0; i < count; ++i) points.add(center, cloud);
  }
  return std::move(points).dataset(wanted.name, wanted.centers);
}

}  // namespace tracer
