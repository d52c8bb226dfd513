// See axis.hpp.
#include "tracer/view/axis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tracer {
namespace {

/// The next of 1, 2, 5, 10, 20, ... that is at least `x` > 0.
double round_step(double x) {
  const double power = std::pow(10.0, std::floor(std::log10(x)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (factor * power >= x * (1 - 1e-12)) return factor * power;  // 1e-12: pow is not exact
  return 10 * power;
}

}  // namespace

std::vector<double> Axis::ticks() const {
  std::vector<double> out;
  const auto first = std::llround(std::ceil(low / step - 1e-9));  // 1e-9: 0.3 / 0.1 is not 3
  const auto last = std::llround(std::floor(high / step + 1e-9));
  for (auto i = first; i <= last; ++i) out.push_back(static_cast<double>(i) * step);
  return out;
}

std::string Axis::label(double tick) const {
  const double largest = std::max(std::fabs(low), std::fabs(high));
  if (largest >= 1e6 || step < 1e-5) return fmt::format("{:.4g}", tick);
  const int decimals = std::max(0, static_cast<int>(std::ceil(-std::log10(step) - 1e-9)));
  return fmt::format("{:.{}f}", tick == 0 ? 0.0 : tick, decimals);  // not "-0"
}

Axis make_axis(double low, double high, int most) {
  // Differences that a double cannot tell apart beside the values themselves count as none.
  if (!(high - low > 1e-9 * std::max(std::fabs(low), std::fabs(high)))) {
    const double room = low == 0 ? 1 : std::fabs(low) / 10;
    low -= room;
    high += room;
  }
  Axis axis;
  axis.step = round_step((high - low) / std::max(most, 2));
  for (;;) {
    axis.low = std::floor(low / axis.step + 1e-9) * axis.step;
    axis.high = std::ceil(high / axis.step - 1e-9) * axis.step;
    if (std::llround((axis.high - axis.low) / axis.step) <= std::max(most, 2)) return axis;
    axis.step = round_step(axis.step * 1.5);
  }
}

bool fits_axis(double x) { return std::fabs(x) < 1e300; }  // NaN does not

std::vector<int> count_ticks(int last, int most) {
  std::vector<int> out{1};
  const int step =
      std::max(1, static_cast<int>(round_step(static_cast<double>(last) / std::max(most, 1))));
  for (long long i = step; i <= last; i += step)
    if (i > 1) out.push_back(static_cast<int>(i));
  return out;
}

}  // namespace tracer
