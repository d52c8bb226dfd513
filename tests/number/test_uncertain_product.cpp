// The product of matrices of Uncertain, against the sum that it is: by Uncertain's own operations.
#include "tracer/number/uncertain_product.hpp"

#include <array>
#include <cmath>
#include <vector>

#include "tests/catch.hpp"
#include "tracer/number/random.hpp"
#include "tracer/number/threads.hpp"

using namespace tracer;

namespace {

// Numbers of 64 bits, with and without a spread; some are 0.
std::vector<Uncertain> drawn(std::ptrdiff_t n, const char* name, long double size = 1) {
  RandomStream stream(11, name);
  std::vector<Uncertain> numbers;
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    const auto high = static_cast<long double>(stream.uniform_double() - 0.5);
    const auto low = static_cast<long double>(stream.uniform_double()) * 0x1p-54L;
    const auto kind = stream.below(5);
    const long double value = size * (high + low);
    numbers.emplace_back(kind == 0 ? 0 : value, kind > 1 ? value : 0);
  }
  return numbers;
}

struct Apart {
  double value = 0;   // in units of 2⁻⁶⁴ of the sum of the absolute terms
  double spread = 0;  // relative
};

Apart apart(std::ptrdiff_t m, std::ptrdiff_t n, std::ptrdiff_t depth, bool a_turned, bool b_turned,
            bool add, long double size = 1) {
  const std::vector<Uncertain> a = drawn(m * depth, "a", size);
  const std::vector<Uncertain> b = drawn(depth * n, "b");
  const std::vector<Uncertain> before = drawn(m * n, "c", size);
  std::vector<Uncertain> c = before;
  multiply<Uncertain>(c.data(), {a.data(), m, depth, a_turned ? depth : m, a_turned},
                      {b.data(), depth, n, b_turned ? n : depth, b_turned}, add);
  Apart worst;
  for (std::ptrdiff_t j = 0; j < n; ++j) {
    for (std::ptrdiff_t i = 0; i < m; ++i) {
      Uncertain sum = 0;
      long double terms = 0;
      for (std::ptrdiff_t k = 0; k < depth; ++k) {
        const auto at = [](const std::vector<Uncertain>& x, std::ptrdiff_t place) {
          return x[static_cast<std::size_t>(place)];
        };
        const Uncertain product = at(a, a_turned ? k + i * depth : i + k * m) *
                                  at(b, b_turned ? j + k * n : k + j * depth);
        if (!product.is_zero_surely()) sum += product;
        terms += std::fabs(product.value);
      }
      if (add) sum = before[static_cast<std::size_t>(i + j * m)] + sum;
      const Uncertain made = c[static_cast<std::size_t>(i + j * m)];
      // what Uncertain itself rounds off is a unit for each term
      if (made.value != sum.value)
        worst.value = std::max(worst.value, static_cast<double>(std::fabs(made.value - sum.value) /
                                                                (terms * 0x1p-64L)));
      if (made.spread() != sum.spread())
        worst.spread = std::max(worst.spread, std::fabs(made.spread() / sum.spread() - 1));
    }
  }
  return worst;
}

}  // namespace

TEST_CASE("uncertain product: values to 64 bits, spreads to seven digits, in every layout and size",
          "[number][uncertain]") {
  const std::vector<std::array<std::ptrdiff_t, 3>> sizes{
      {1, 1, 1}, {3, 2, 4}, {7, 9, 11}, {33, 8, 5}, {64, 17, 30}, {5, 40, 200}, {100, 3, 64}};
  for (const auto& [m, n, depth] : sizes) {
    for (const int layout : {0, 1, 2, 3, 4}) {
      CAPTURE(m, n, depth, layout);
      const Apart far =
          apart(m, n, depth, layout == 1 || layout == 3, layout >= 2 && layout < 4, layout == 4);
      CHECK(far.value <= static_cast<double>(depth) + 2);
      CHECK(far.spread < 1e-6);
    }
  }
}

TEST_CASE("uncertain product: what no double holds is added up all the same",
          "[number][uncertain]") {
  for (const long double size : {1e-60L, 1e-90L, 1e-2000L, 1e90L, 1e2000L}) {
    const Apart far = apart(20, 12, 30, false, true, false, size);
    CHECK(far.value <= 32);
    CHECK(far.spread < 1e-6);
  }
}

TEST_CASE("uncertain product: a dead unit stays surely 0, what cancels has a spread, NaN is seen",
          "[number][uncertain]") {
  constexpr std::ptrdiff_t n = 12;
  std::vector<Uncertain> a(n * n, Uncertain(0)), b(n * n), c(n * n);
  for (std::ptrdiff_t k = 0; k < n; ++k) {
    for (std::ptrdiff_t j = 0; j < n; ++j)
      b[static_cast<std::size_t>(k + j * n)] = Uncertain(k % 2 == 0 ? 0.1L : -0.1L, 0.1L);
    a[static_cast<std::size_t>(1 + k * n)] = Uncertain(3, 3);  // row 1: 3·0.1 − 3·0.1 + ...
  }
  const auto product = [&] {
    multiply<Uncertain>(c.data(), {a.data(), n, n, n, false}, {b.data(), n, n, n, false}, false);
  };
  product();
  CHECK(c[0].is_zero_surely());
  CHECK(c[1].value == 0);
  CHECK(c[1].spread() > 1);
  a[2] = Uncertain(std::nanl(""), 0);
  product();
  CHECK_FALSE(isfinite(c[2]));
  CHECK(c[0].is_zero_surely());
}

TEST_CASE("uncertain product: any number of threads gives the same", "[number][uncertain]") {
  const std::vector<Uncertain> a = drawn(60 * 40, "a"), b = drawn(40 * 50, "b");
  const auto product = [&] {
    std::vector<Uncertain> c(60 * 50);
    multiply<Uncertain>(c.data(), {a.data(), 60, 40, 60, false}, {b.data(), 40, 50, 40, false},
                        false);
    return c;
  };
  const std::vector<Uncertain> alone = product();
  set_threads(3);
  const std::vector<Uncertain> together = product();
  set_threads(1);
  bool same = true;
  for (std::size_t i = 0; i < alone.size(); ++i)
    same = same && alone[i].value == together[i].value && alone[i].variance == together[i].variance;
  CHECK(same);
}
