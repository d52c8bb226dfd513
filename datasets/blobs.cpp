#include "datasets/blobs.hpp"

#include "datasets/points.hpp"

namespace tracer {

Dataset blobs(const Blobs& wanted) {
  RandomStream places(wanted.seed, "blobs centers");
  LabelledPoints points(wanted.features, wanted.n, wanted.shuffle, wanted.seed, wanted.stream);
  RandomStream noise(wanted.seed, wanted.stream + " noise");
  for (int cloud = 0; cloud < wanted.centers; ++cloud) {
    std::vector<double> center;
    for (int i = 0; i < wanted.features; ++i) {
      center.push_back(wanted.low + (wanted.high - wanted.low) * places.uniform_double());
    }
    const int count = wanted.n / wanted.centers + (cloud < wanted.n % wanted.centers ? 1 : 0);
    for (int i = 0; i < count; ++i) points.add(center, wanted.deviation, noise, cloud);
  }
  return std::move(points).dataset("blobs", wanted.centers);
}

}  // namespace tracer
