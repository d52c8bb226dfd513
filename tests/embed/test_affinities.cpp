// How alike samples are: the entropy that was wanted, and a symmetric whole of 1.
#include <cmath>
#include <map>
#include <utility>

#include "tests/catch.hpp"
#include "tests/embed/clouds.hpp"
#include "tracer/embed/affinities.hpp"

using namespace tracer;
using namespace tracer::embed;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

namespace {

double entropy_of(const std::vector<double>& p) {
  double entropy = 0;
  for (const double one : p)
    if (one > 0) entropy -= one * std::log(one);
  return entropy;
}

}  // namespace

TEST_CASE("shares have the perplexity that is wanted", "[embed][affinities]") {
  std::vector<double> squared;
  for (int j = 1; j <= 90; ++j) squared.push_back(0.3 * j * j);
  for (const double scale : {1.0, 1e-12, 1e12}) {
    for (const double perplexity : {2.0, 5.0, 30.0, 60.0}) {
      std::vector<double> scaled = squared;
      for (double& one : scaled) one *= scale;
      const std::vector<double> p = shares(scaled, perplexity);
      CHECK_THAT(std::exp(entropy_of(p)), WithinRel(perplexity, 1e-4));
      CHECK(std::ranges::is_sorted(p, std::greater()));
    }
  }
}

TEST_CASE("a share is the Gaussian's, and does not mind that all are far away",
          "[embed][affinities]") {
  const std::vector<double> p = shares(std::vector<double>{1, 2, 4}, 2);
  // p_j = exp(−β d_j)/Σ: the quotients of neighbours tell β, the same for both
  CHECK_THAT(std::log(p[0] / p[1]), WithinRel(std::log(p[1] / p[2]) / 2, 1e-9));
  CHECK_THAT(p[0] + p[1] + p[2], WithinRel(1.0, 1e-12));
  const std::vector<double> far = shares(std::vector<double>{1e6 + 1, 1e6 + 2, 1e6 + 4}, 2);
  for (std::size_t j = 0; j < 3; ++j) CHECK_THAT(far[j], WithinRel(p[j], 1e-6));
}

TEST_CASE("equally near ones have equal shares", "[embed][affinities]") {
  CHECK(shares(std::vector<double>{3, 3, 3, 3}, 2) == std::vector<double>(4, 0.25));
  CHECK(shares(std::vector<double>{0, 0}, 2) == std::vector<double>(2, 0.5));
  const std::vector<double> p = shares(std::vector<double>{0, 0, 0, 0, 5}, 2);
  CHECK_THAT(p[0], WithinAbs(0.25, 1e-6));  // four at one place are four neighbours at least
  CHECK_THAT(p[4], WithinAbs(0, 1e-6));
}

TEST_CASE("affinities are symmetric, sum to 1, and are both directions' mean",
          "[embed][affinities]") {
  constexpr int n = 70;
  const Neighbours near = nearest(clouds(6, n, 2, 2).points, 15);
  const Affinities made = affinities(near, 5);
  std::map<std::pair<int, int>, double> wanted;
  for (int i = 0; i < n; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const std::vector<double> p = shares(near.squared_of(at), 5);
    for (std::size_t j = 0; j < p.size(); ++j) {
      wanted[{i, near.of(at)[j]}] += p[j] / (2 * n);
      wanted[{near.of(at)[j], i}] += p[j] / (2 * n);
    }
  }
  REQUIRE(made.count() == n);
  double sum = 0;
  std::size_t entries = 0;
  for (int i = 0; i < n; ++i) {
    const std::size_t begin = made.begins[static_cast<std::size_t>(i)];
    const std::size_t end = made.begins[static_cast<std::size_t>(i) + 1];
    CHECK((end - begin) % Affinities::lanes == 0);
    for (std::size_t at = begin; at < end; ++at) {
      if (made.numbers[at] == i) {
        CHECK(made.values[at] == 0);
        continue;
      }
      ++entries;
      sum += static_cast<double>(made.values[at]);
      const auto of = std::pair(i, made.numbers[at]);
      CHECK_THAT(static_cast<double>(made.values[at]),
                 WithinAbs(wanted[of], 1e-7 * wanted[of] + 1e-30));
    }
  }
  CHECK(entries == wanted.size());
  CHECK_THAT(sum, WithinRel(1.0, 1e-6));
}
