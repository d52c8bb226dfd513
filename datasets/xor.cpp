#include "datasets/xor.hpp"

#include "datasets/points.hpp"

namespace tracer {

Dataset xor_corners(const XorCorners& wanted) {
  LabelledPoints points(2, wanted.n, wanted.shuffle, wanted.seed, wanted.stream);
  RandomStream noise(wanted.seed, wanted.stream + " noise");
  for (int i = 0; i < wanted.n; ++i) {
    const int x = i / 2 % 2;
    const int y = i % 2;
    points.add({double(x), double(y)}, wanted.noise, noise, x == y ? 0 : 1);
  }
  return std::move(points).dataset("xor", 2);
}

}  // namespace tracer
