// The random initialisers of weights, as PyTorch defines them (torch.nn.init, PyTorch 2).
// Every number drawn is a float32, so that a run over float, double or Exact starts from the same.
#pragma once

#include <cmath>

#include "tracer/number/eigen.hpp"
#include "tracer/number/random.hpp"

namespace tracer {

/// How many values go into one unit, and how many units there are. Where a sample is a column W is
/// out × in, so that fan_in is its columns; where it is a row W is in × out.
struct Fan {
  int in = 1;
  int out = 1;
};

inline Fan fan_of(int rows, int columns, bool samples_are_rows) {
  return samples_are_rows ? Fan{rows, columns} : Fan{columns, rows};
}

/// Entries that draw() makes, row by row.
Array<float> drawn(int rows, int columns, auto&& draw) {
  Array<float> result(rows, columns);
  for (Eigen::Index i = 0; i < rows; ++i) {
    for (Eigen::Index j = 0; j < columns; ++j) result(i, j) = static_cast<float>(draw());
  }
  return result;
}
/// Entries uniform in [low, high).
inline Array<float> uniform(int rows, int columns, double low, double high, RandomStream& stream) {
  return drawn(rows, columns,
               [&] { return low + (high - low) * static_cast<double>(stream.uniform()); });
}
inline Array<float> normal(int rows, int columns, double mean, double deviation,
                           RandomStream& stream) {
  return drawn(rows, columns, [&] { return mean + deviation * stream.normal(); });
}

/// Half the width of xavier_uniform: gain·√(6/(in + out)). Source: Glorot & Bengio 2010, eq. 16.
inline double xavier_bound(Fan fan, double gain = 1) {
  return gain * std::sqrt(6.0 / (fan.in + fan.out));
}
/// The standard deviation of xavier_normal: gain·√(2/(in + out)).
inline double xavier_deviation(Fan fan, double gain = 1) {
  return gain * std::sqrt(2.0 / (fan.in + fan.out));
}
/// Half the width of kaiming_uniform: √2·√(3/in), √2 being the gain of relu. Source: He et al.
/// 2015, eq. 10.
inline double kaiming_bound(Fan fan) { return std::sqrt(6.0 / fan.in); }
/// The standard deviation of kaiming_normal: √2/√in.
inline double kaiming_deviation(Fan fan) { return std::sqrt(2.0 / fan.in); }

}  // namespace tracer
