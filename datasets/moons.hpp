// Two half circles, one reaching into the other: a curved boundary is needed. Next: spirals.hpp.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <string>
#include <tuple>

#include "datasets/generator.hpp"

namespace tracer {

struct Moons {
  int n = 100;       ///< points in all; of an odd number the lower moon has one more
  double noise = 0;  ///< standard deviation of what is added to every coordinate
  bool shuffle = true;
  std::uint64_t seed = 0;
  std::string stream = "moons";  ///< with the seed: which random numbers; test data have others

  static constexpr std::string_view name = "moons";
  static constexpr std::string_view about = "two half circles, one reaching into the other";
  static constexpr std::string_view training = "noise=0.1";
  static constexpr auto parameters() {
    return std::tuple{Parameter{"noise", &Moons::noise, noise_meaning, 0}};
  }
};

/// features 2 × n, targets 1 × n: 0 is the upper moon, 1 the lower one.
/// Requires n >= 1, noise >= 0.
/// Source: sklearn.datasets.make_moons (scikit-learn 1.x), with this program's random numbers.
inline Dataset moons(const Moons& wanted) {
  const int upper = wanted.n / 2;
  LabelledPoints points(wanted, 2, wanted.noise);
  for (int i = 0; i < wanted.n; ++i) {
    const bool is_lower = i >= upper;
    const int count = is_lower ? wanted.n - upper : upper;
    const int place = is_lower ? i - upper : i;
    // From 0 to π, both ends included; one point alone is at 0.
    const double angle = count > 1 ? std::numbers::pi * place / (count - 1) : 0;
    const double x = std::cos(angle);
    const double y = std::sin(angle);
    is_lower ? points.add({1 - x, 0.5 - y}, 1) : points.add({x, y}, 0);
  }
  return std::move(points).dataset(wanted.name, 2);
}

}  // namespace tracer
