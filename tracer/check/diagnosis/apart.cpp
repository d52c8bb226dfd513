#include "tracer/check/diagnosis/apart.hpp"

#include <cmath>

#include "tracer/check/claims/point.hpp"
#include "tracer/error.hpp"

namespace tracer {
namespace {

constexpr int tries = 6;

// The farthest entry of one gradient, in units of the gradient's largest.
void look(const std::string& name, const Expected& a, const Expected& b, std::uint64_t seed,
          double& farthest, Separation& found) {
  const long double largest = std::max(a.values.abs().maxCoeff(), b.values.abs().maxCoeff());
  if (!(largest > 0)) return;
  Eigen::Index i = 0;
  Eigen::Index j = 0;
  const auto distance =
      static_cast<double>((a.values - b.values).abs().maxCoeff(&i, &j) / largest);
  if (!(distance > farthest)) return;
  farthest = distance;
  found = {distance > 1e-3, name, {i, j}, a.values(i, j), b.values(i, j), seed};
}

}  // namespace

Separation separate(Search& search, const Program& program, Explanation& first,
                    Explanation& second) {
  Separation found;
  double farthest = 0;
  const Point here = search.point();
  for (std::uint64_t seed = 1; seed <= tries; ++seed) {
    try {
      const std::size_t at = search.add_point(random_point(program, search.batch(), here, seed));
      for (const std::string& name : search.claimed()) {
        const auto a = search.predicted(first, name, at);
        const auto b = search.predicted(second, name, at);
        if (a && b) look(name, *a, *b, seed, farthest, found);
      }
    } catch (const Error&) {  // outside a domain: another point
    }
  }
  return found;
}

}  // namespace tracer
