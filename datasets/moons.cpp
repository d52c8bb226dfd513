#include "datasets/moons.hpp"

#include <cmath>
#include <numbers>

#include "datasets/points.hpp"

namespace tracer {

Dataset moons(const Moons& wanted) {
  const int upper = wanted.n / 2;
  LabelledPoints points(2, wanted.n, wanted.shuffle, wanted.seed, wanted.stream);
  RandomStream noise(wanted.seed, wanted.stream + " noise");
  for (int i = 0; i < wanted.n; ++i) {
    const bool is_lower = i >= upper;
    const int count = is_lower ? wanted.n - upper : upper;
    const int place = is_lower ? i - upper : i;
    // From 0 to π, both ends included; one point alone is at 0.
    const double angle = count > 1 ? std::numbers::pi * place / (count - 1) : 0;
    const double x = std::cos(angle);
    const double y = std::sin(angle);
    if (is_lower) {
      points.add({1 - x, 0.5 - y}, wanted.noise, noise, 1);
    } else {
      points.add({x, y}, wanted.noise, noise, 0);
    }
  }
  return std::move(points).dataset("moons", 2);
}

}  // namespace tracer
