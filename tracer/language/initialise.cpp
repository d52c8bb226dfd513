#include "tracer/language/initialise.hpp"

#include <cmath>

namespace tracer {
namespace {

Array<float> drawn(int rows, int columns, auto&& draw) {
  Array<float> result(rows, columns);
  for (Eigen::Index i = 0; i < rows; ++i) {
    for (Eigen::Index j = 0; j < columns; ++j) result(i, j) = static_cast<float>(draw());
  }
  return result;
}

}  // namespace

Array<float> uniform(int rows, int columns, double low, double high, RandomStream& stream) {
  return drawn(rows, columns,
               [&] { return low + (high - low) * static_cast<double>(stream.uniform()); });
}

Array<float> normal(int rows, int columns, double mean, double deviation, RandomStream& stream) {
  return drawn(rows, columns, [&] { return mean + deviation * stream.normal(); });
}

double xavier_bound(Fan fan, double gain) { return gain * std::sqrt(6.0 / (fan.in + fan.out)); }
double xavier_deviation(Fan fan, double gain) { return gain * std::sqrt(2.0 / (fan.in + fan.out)); }
double kaiming_bound(Fan fan) { return std::sqrt(6.0 / fan.in); }
double kaiming_deviation(Fan fan) { return std::sqrt(2.0 / fan.in); }

}  // namespace tracer
