// Random streams: the same numbers for ever, and distributed as they should be.
#include <cmath>
#include <set>

#include "tests/catch.hpp"
#include "tracer/language/initialise.hpp"

using namespace tracer;

TEST_CASE("a stream is the same on every machine and in every version", "[random]") {
  RandomStream stream(0, "W1");
  CHECK(stream.bits() == 15862193623380244671U);
  RandomStream floats(7, "W1");
  CHECK(floats.uniform() == 0x1.3530f8p-2F);
  RandomStream normals(7, "W1");
  CHECK(static_cast<float>(normals.normal()) == -0x1.e829fep-2F);
  CHECK(static_cast<float>(normals.normal()) == 0x1.5a7506p-1F);
  CHECK(static_cast<float>(normals.normal()) == -0x1.3b6b3ep+0F);
  CHECK(RandomStream(7, "shuffle").permutation(8) == std::vector<int>{1, 7, 6, 2, 0, 5, 4, 3});
}

TEST_CASE("streams differ by seed and by name", "[random]") {
  std::set<std::uint64_t> first;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    for (const char* name : {"W1", "W2", "b1", ""}) first.insert(RandomStream(seed, name).bits());
  }
  CHECK(first.size() == 400);
}

TEST_CASE("uniform numbers fill [0, 1) evenly and are multiples of 2^-24", "[random]") {
  RandomStream stream(1, "u");
  const int n = 200'000;
  double sum = 0;
  double squares = 0;
  bool in_range = true;
  for (int i = 0; i < n; ++i) {
    const double u = static_cast<double>(stream.uniform());
    in_range = in_range && u >= 0 && u < 1 && std::floor(u * 0x1p24) == u * 0x1p24;
    sum += u;
    squares += u * u;
  }
  CHECK(in_range);
  // the mean's standard deviation is √(1/12/n) ≈ 0.00065; five of them
  CHECK(std::abs(sum / n - 0.5) < 0.0033);
  CHECK(std::abs(squares / n - sum / n * (sum / n) - 1.0 / 12) < 0.001);
}

TEST_CASE("normal numbers have mean 0, variance 1 and the right tails", "[random]") {
  RandomStream stream(1, "n");
  const int n = 200'000;
  double sum = 0;
  double squares = 0;
  int beyond_two = 0;
  for (int i = 0; i < n; ++i) {
    const double z = stream.normal();
    sum += z;
    squares += z * z;
    beyond_two += std::abs(z) > 2 ? 1 : 0;
  }
  CHECK(std::abs(sum / n) < 0.012);                          // 5/√n
  CHECK(std::abs(squares / n - 1) < 0.016);                  // 5·√(2/n)
  CHECK(std::abs(beyond_two / (n * 0.0455003) - 1) < 0.06);  // P(|z| > 2); five deviations
}

TEST_CASE("whole numbers below n are all reached, and a permutation is one", "[random]") {
  RandomStream stream(3, "below");
  std::vector<int> hits(7, 0);
  for (int i = 0; i < 7000; ++i) ++hits[stream.below(7)];
  for (const int h : hits) CHECK(std::abs(h - 1000) < 150);  // five deviations of √(7000·6/49) ≈ 29
  const std::vector<int> order = stream.permutation(1000);
  CHECK(std::set<int>(order.begin(), order.end()).size() == 1000);
  CHECK(stream.permutation(0).empty());
}

TEST_CASE("xavier and kaiming keep to PyTorch's bounds and deviations", "[random]") {
  CHECK(fan_of(20, 784, false).in == 784);
  CHECK(fan_of(784, 20, true).in == 784);
  CHECK(kaiming_bound({784, 20}) == std::sqrt(2.0) * std::sqrt(3.0 / 784));
  CHECK(std::abs(xavier_bound({784, 20}) - std::sqrt(6.0 / 804)) < 1e-15);
  CHECK(std::abs(xavier_deviation({784, 20}, 2) - 2 * std::sqrt(2.0 / 804)) < 1e-15);
  RandomStream stream(0, "W");
  const double bound = kaiming_bound({784, 100});
  const Array<float> w = uniform(100, 784, -bound, bound, stream);
  CHECK(static_cast<double>(w.maxCoeff()) <= bound);
  CHECK(static_cast<double>(w.maxCoeff()) > 0.999 * bound);
  CHECK(static_cast<double>(w.minCoeff()) >= -bound);
  const Array<float> v = normal(100, 784, 0, kaiming_deviation({784, 100}), stream);
  const double deviation = std::sqrt(static_cast<double>(v.square().mean()));
  CHECK(std::abs(deviation / std::sqrt(2.0 / 784) - 1) < 0.015);  // five deviations of 1/√(2·78400)
}

TEST_CASE("a mask is drawn as single numbers would be", "[number][random]") {
  for (const float drop : {0.0F, 0.2F, 0.5F, 0.999F}) {
    RandomStream one(7, "mask 1");
    RandomStream many(7, "mask 1");
    std::vector<float> mask(1000);
    many.mask(mask.data(), 600, drop);
    many.mask(mask.data() + 600, 400, drop);
    int wrong = 0;
    for (const float entry : mask) wrong += entry != (one.uniform() < drop ? 0.0F : 1.0F) ? 1 : 0;
    CHECK(wrong == 0);
    CHECK(one.bits() == many.bits());
  }
}
