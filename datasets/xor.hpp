// Exclusive or: the four corners of a square, opposite ones alike. No straight line separates
// them. Next: blobs.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>

#include "datasets/generator.hpp"

namespace tracer {

struct XorCorners {
  int n = 100;         ///< points in all, the corners in turn
  double noise = 0.1;  ///< standard deviation of what is added to every coordinate
  bool shuffle = true;
  std::uint64_t seed = 0;
  std::string stream = "xor";  ///< with the seed: which random numbers; test data have others

  static constexpr std::string_view name = "xor";
  static constexpr std::string_view about = "four corners, opposite ones alike";
  static constexpr std::string_view training = "noise=0.2";
  static constexpr auto parameters() {
    return std::tuple{Parameter{"noise", &XorCorners::noise, noise_meaning, 0}};
  }
};

/// features 2 × n, targets 1 × n. Without noise the points are (0, 0), (0, 1), (1, 0), (1, 1), and
/// the target is 1 where exactly one coordinate is. (`xor` itself is a word of C++.)
/// Requires n >= 1, noise >= 0.
inline Dataset xor_corners(const XorCorners& wanted) {
  LabelledPoints points(wanted, 2, wanted.noise);
  for (int i = 0; i < wanted.n; ++i) {
    const int x = i / 2 % 2;
    const int y = i % 2;
    points.add({double(x), double(y)}, x == y ? 0 : 1);
  }
  return std::move(points).dataset(wanted.name, 2);
}

}  // namespace tracer
