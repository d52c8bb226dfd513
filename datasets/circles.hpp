// Two circles, one inside the other: the smallest data set that no straight line separates.
// Next: moons.hpp.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <string>
#include <tuple>

#include "datasets/generator.hpp"

namespace tracer {

struct Circles {
  int n = 100;          ///< points in all; of an odd number the inner circle has one more
  double factor = 0.8;  ///< radius of the inner circle, from 0 up to (not including) 1; the outer's
                        ///< is 1
  double noise = 0;     ///< standard deviation of what is added to every coordinate
  bool shuffle = true;
  std::uint64_t seed = 0;
  std::string stream = "circles";  ///< with the seed: which random numbers; test data have others

  static constexpr std::string_view name = "circles";
  static constexpr std::string_view about = "two circles, one inside the other";
  static constexpr std::string_view training = "factor=0.5, noise=0.05";
  static constexpr auto parameters() {
    return std::tuple{Parameter{"factor", &Circles::factor, "radius of the inner one", 0, 1},
                      Parameter{"noise", &Circles::noise, noise_meaning, 0}};
  }
};

/// Evenly spaced angles from 0 on each circle; features 2 × n, targets 1 × n: 0 is the outer
/// circle, 1 the inner one. Requires n >= 1, 0 <= factor < 1, noise >= 0.
/// Source: sklearn.datasets.make_circles (scikit-learn 1.x), with this program's random numbers.
/// The C library's sin and cos may differ in the last bit of a double from one system to the next;
/// after rounding to float32 that shows in one number of some hundred million.
inline Dataset circles(const Circles& wanted) {
  const int outer = wanted.n / 2;
  const int inner = wanted.n - outer;
  LabelledPoints points(wanted, 2, wanted.noise);
  for (int i = 0; i < wanted.n; ++i) {
    const bool is_inner = i >= outer;
    const double angle =
        2 * std::numbers::pi * (is_inner ? i - outer : i) / (is_inner ? inner : outer);
    const double radius = is_inner ? wanted.factor : 1;
    points.add({radius * std::cos(angle), radius * std::sin(angle)}, is_inner ? 1 : 0);
  }
  return std::move(points).dataset(wanted.name, 2);
}

}  // namespace tracer
