#include "datasets/circles.hpp"

#include <cmath>
#include <numbers>

#include "datasets/points.hpp"

namespace tracer {

Dataset circles(const Circles& wanted) {
  const int outer = wanted.n / 2;
  const int inner = wanted.n - outer;
  LabelledPoints points(2, wanted.n, wanted.shuffle, wanted.seed, wanted.stream);
  RandomStream noise(wanted.seed, wanted.stream + " noise");
  for (int i = 0; i < wanted.n; ++i) {
    const bool is_inner = i >= outer;
    const double angle =
        2 * std::numbers::pi * (is_inner ? i - outer : i) / (is_inner ? inner : outer);
    const double radius = is_inner ? wanted.factor : 1;
    points.add({radius * std::cos(angle), radius * std::sin(angle)}, wanted.noise, noise,
               is_inner ? 1 : 0);
  }
  return std::move(points).dataset("circles", 2);
}

}  // namespace tracer
