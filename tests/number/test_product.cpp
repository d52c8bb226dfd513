// The room that multiplies, against the sum that a product is: every layout, shapes on both sides
// of the choice of library, any number of threads.
#include <cmath>
#include <vector>

#include "tests/catch.hpp"
#include "tests/number/thread_count.hpp"
#include "tracer/number/product.hpp"
#include "tracer/number/random.hpp"
#include "tracer/number/threads.hpp"

using namespace tracer;
using tracer::test::ThreadCount;

namespace {

template <class S>
std::vector<S> drawn(std::ptrdiff_t n, const char* name) {
  RandomStream stream(7, name);
  std::vector<S> numbers(static_cast<std::size_t>(n));
  for (S& number : numbers) number = static_cast<S>(stream.uniform_double() - 0.5);
  return numbers;
}

// How far c is from a·b (+ before), in units of ε times the sum of the absolute terms.
template <class S>
double error(std::ptrdiff_t m, std::ptrdiff_t n, std::ptrdiff_t k, bool a_turned, bool b_turned,
             bool add) {
  const std::vector<S> a = drawn<S>(m * k, "a");
  const std::vector<S> b = drawn<S>(k * n, "b");
  const std::vector<S> before = drawn<S>(m * n, "c");
  std::vector<S> c = before;
  multiply<S>(c.data(), {a.data(), m, k, a_turned ? k : m, a_turned},
              {b.data(), k, n, b_turned ? n : k, b_turned}, add);
  double worst = 0;
  const auto at = [](const std::vector<S>& x, std::ptrdiff_t place) {
    return static_cast<double>(x[static_cast<std::size_t>(place)]);
  };
  for (std::ptrdiff_t j = 0; j < n; ++j) {
    for (std::ptrdiff_t i = 0; i < m; ++i) {
      double sum = add ? at(before, i + j * m) : 0;
      double size = std::abs(sum);
      for (std::ptrdiff_t l = 0; l < k; ++l) {
        const double term =
            at(a, a_turned ? l + i * k : i + l * m) * at(b, b_turned ? j + l * n : l + j * k);
        sum += term;
        size += std::abs(term);
      }
      worst = std::max(worst, std::abs(at(c, i + j * m) - sum) / (size + 1e-30));
    }
  }
  return worst / static_cast<double>(std::numeric_limits<S>::epsilon());
}

}  // namespace

TEST_CASE("a product is the sum of products, in every layout and size", "[number][product]") {
  for (const int threads : {1, 2, 3}) {
    const ThreadCount team(threads);
    for (const auto& [m, n, k] : std::vector<std::array<std::ptrdiff_t, 3>>{{1, 1, 1},
                                                                            {3, 1, 5},
                                                                            {1, 4, 2},
                                                                            {2, 5, 3},
                                                                            {10, 16, 20},
                                                                            {65, 97, 130},
                                                                            {20, 601, 90},
                                                                            {301, 7, 333}}) {
      for (int layout = 0; layout < 8; ++layout) {
        CAPTURE(threads, m, n, k, layout);
        const bool a_turned = (layout & 1) != 0;
        const bool b_turned = (layout & 2) != 0;
        const bool add = (layout & 4) != 0;
        // each of the k additions rounds once at most: k·ε/2, and rarely a tenth of it
        CHECK(error<float>(m, n, k, a_turned, b_turned, add) <= static_cast<double>(k) / 2 + 1);
        CHECK(error<double>(m, n, k, a_turned, b_turned, add) <= static_cast<double>(k) / 2 + 1);
      }
    }
  }
}

TEST_CASE("the same number of threads gives the same bits", "[number][product]") {
  const ThreadCount team(2);
  const std::vector<float> a = drawn<float>(128 * 200, "a");
  const std::vector<float> b = drawn<float>(200 * 96, "b");
  std::vector<float> first(128 * 96), again(128 * 96);
  multiply<float>(first.data(), {a.data(), 128, 200, 128, false}, {b.data(), 200, 96, 200, false},
                  false);
  for (int i = 0; i < 20; ++i) {
    multiply<float>(again.data(), {a.data(), 128, 200, 128, false}, {b.data(), 200, 96, 200, false},
                    false);
    CHECK(first == again);
  }
}
