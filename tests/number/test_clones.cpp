// The same loop, compiled for each kind of processor.
#include "tracer/number/clones.hpp"

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "tests/catch.hpp"
#include "tracer/number/functions.hpp"

using namespace tracer;

namespace {

template <class S>
void tanh_of_all(std::ptrdiff_t n, const S* x, S* y) {
  for (std::ptrdiff_t i = 0; i < n; ++i) y[i] = tracer::tanh(x[i]);
}

template <class S>
std::vector<S> steps_from_minus_five() {
  std::vector<S> x;
  for (int i = 0; i <= 77; ++i) x.push_back(static_cast<S>(i) * S(0.125) - 5);
  return x;
}

}  // namespace

TEMPLATE_TEST_CASE("a loop computes the same on every kind of processor, up to a few roundings",
                   "[number][clones]", float, double) {
  using S = TestType;
  const std::vector<S> x = steps_from_minus_five<S>();
  const auto n = static_cast<std::ptrdiff_t>(x.size());
  std::vector<S> here(x.size());
  std::vector<S> plain(x.size());
  on_this_processor<tanh_of_all<S>>(n, x.data(), here.data());
  tanh_of_all<S>(n, x.data(), plain.data());
  for (std::size_t i = 0; i < x.size(); ++i) {
    CAPTURE(x[i]);
    CHECK(std::abs(here[i] - plain[i]) <= 4 * std::numeric_limits<S>::epsilon());
  }
}
