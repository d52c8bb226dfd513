#include "tracer/diagnosis/apart.hpp"

#include <cmath>

#include "tracer/claims/point.hpp"
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
  const auto distance = static_cast<double>((a.values - b.values).abs().maxCoeff(&i, &j) / largest);
  // what is 0 but for rounding (a bias before a batch norm) tells nothing apart
  const double spread = std::max(a.spreads(i, j), b.spreads(i, j));
  if (!(distance > farthest) || distance * static_cast<double>(largest) <= 1e-9 * spread) return;
  farthest = distance;
  found = {distance > 1e-3, name, {i, j}, a.values(i, j), b.values(i, j), seed};
}

}  // namespace

Separation separate(Search& search, const Program& program, Explanation& first,
                    Explanation& second) {
  Separation found;
  double farthest = 0;
  // what stands beside the lesson's own leaves stays as it is
  Point here, beside;
  for (const auto& [name, values] : search.point())
    (search.batch().leaves.contains(name) ? here : beside).emplace(name, values);
  for (std::uint64_t seed = 1; seed <= tries; ++seed) {
    try {
      Point there = random_point(program, search.batch(), here, seed);
      there.insert(beside.begin(), beside.end());
      const std::size_t at = search.add_point(there);
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
