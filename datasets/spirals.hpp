// Spiral arms that wind around each other: hard for small networks. Next: xor.hpp.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <string>
#include <tuple>

#include "datasets/generator.hpp"

namespace tracer {

struct Spirals {
  int n = 100;   ///< points in all; the first arms have one more where they do not divide evenly
  int arms = 2;  ///< one class an arm
  double turns = 1;  ///< of each arm around the origin
  double noise = 0;  ///< standard deviation of what is added to every coordinate
  bool shuffle = true;
  std::uint64_t seed = 0;
  std::string stream = "spirals";  ///< with the seed: which random numbers; test data have others

  static constexpr std::string_view name = "spirals";
  static constexpr std::string_view about = "arms that wind around each other";
  static constexpr std::string_view training = "noise=0.02";
  static constexpr auto parameters() {
    return std::tuple{Parameter{"arms", &Spirals::arms, "how many", 2},
                      Parameter{"turns", &Spirals::turns, "of each arm around the origin", 0},
                      Parameter{"noise", &Spirals::noise, noise_meaning, 0}};
  }
  std::optional<WrongCall> complaint() const {
    return too_many(1LL * n * arms, "arms", "take fewer points or fewer features");
  }
};

/// features 2 × n, targets 1 × n of 0 and 1, or one-hot arms × n. Point i of an arm of c points has
/// the radius t = (i + 1)/c and the angle 2π(turns·t + arm/arms).
/// Requires n >= 1, arms >= 2, noise >= 0.
inline Dataset spirals(const Spirals& wanted) {
  LabelledPoints points(wanted, 2, wanted.noise);
  for (int arm = 0; arm < wanted.arms; ++arm) {
    const int count = share_of(arm, wanted.arms, wanted.n);
    for (int i = 0; i < count; ++i) {
      const double t = (i + 1.0) / count;  // not from 0: there the arms meet
      const double angle = 2 * std::numbers::pi * (wanted.turns * t + double(arm) / wanted.arms);
      points.add({t * std::cos(angle), t * std::sin(angle)}, arm);
    }
  }
  return std::move(points).dataset(wanted.name, wanted.arms);
}

}  // namespace tracer
