// Points for the tests of embed/, and threads to compute with.
#pragma once

#include <cstdint>
#include <vector>

#include "tracer/number/eigen.hpp"
#include "tracer/number/random.hpp"
#include "tracer/number/threads.hpp"

namespace tracer {

struct Cloud {
  Array<float> points;  // d × n
  std::vector<int> labels;
};

/// Normal clouds of standard deviation 1, in turn; the middle of cloud c lies at `apart` on axis c.
inline Cloud clouds(int d, int n, int kinds, double apart, std::uint64_t seed = 1) {
  RandomStream random(seed, "clouds");
  Cloud made{Array<float>(d, n), {}};
  for (int k = 0; k < n; ++k) {
    const int kind = k % kinds;
    for (int i = 0; i < d; ++i)
      made.points(i, k) = static_cast<float>(random.normal() + (i == kind ? apart : 0));
    made.labels.push_back(kind);
  }
  return made;
}

struct Threads {
  explicit Threads(int count) { set_threads(count); }
  ~Threads() { set_threads(1); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
};

}  // namespace tracer
