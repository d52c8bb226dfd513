#include "datasets/spirals.hpp"

#include <cmath>
#include <numbers>

#include "datasets/points.hpp"

namespace tracer {

Dataset spirals(const Spirals& wanted) {
  LabelledPoints points(2, wanted.n, wanted.shuffle, wanted.seed, wanted.stream);
  RandomStream noise(wanted.seed, wanted.stream + " noise");
  for (int arm = 0; arm < wanted.arms; ++arm) {
    const int count = wanted.n / wanted.arms + (arm < wanted.n % wanted.arms ? 1 : 0);
    for (int i = 0; i < count; ++i) {
      const double t = (i + 1.0) / count;  // not from 0: there the arms meet
      const double angle = 2 * std::numbers::pi * (wanted.turns * t + double(arm) / wanted.arms);
      points.add({t * std::cos(angle), t * std::sin(angle)}, wanted.noise, noise, arm);
    }
  }
  return std::move(points).dataset("spirals", wanted.arms);
}

}  // namespace tracer
