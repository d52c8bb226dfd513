#include "datasets/circles.hpp"

#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

#include "tracer/number/random.hpp"

namespace tracer {

LabelledPoints circles(const Circles& wanted) {
  const int outer = wanted.n / 2;
  const int inner = wanted.n - outer;
  std::vector<int> place(static_cast<std::size_t>(wanted.n));
  std::iota(place.begin(), place.end(), 0);
  if (wanted.shuffle)
    place = RandomStream(wanted.seed, wanted.stream + " shuffle").permutation(wanted.n);

  LabelledPoints made{Array<float>(2, wanted.n), Array<float>(1, wanted.n)};
  RandomStream noise(wanted.seed, wanted.stream + " noise");
  for (int i = 0; i < wanted.n; ++i) {
    const bool is_inner = i >= outer;
    const double angle =
        2 * std::numbers::pi * (is_inner ? i - outer : i) / (is_inner ? inner : outer);
    const double radius = is_inner ? wanted.factor : 1;
    double x = radius * std::cos(angle);
    double y = radius * std::sin(angle);
    if (wanted.noise > 0) {
      x += wanted.noise * noise.normal();
      y += wanted.noise * noise.normal();
    }
    const int column = place[static_cast<std::size_t>(i)];
    made.points(0, column) = static_cast<float>(x);
    made.points(1, column) = static_cast<float>(y);
    made.labels(0, column) = is_inner ? 1.0F : 0.0F;
  }
  return made;
}

}  // namespace tracer
