// The random initialisers of weights, as PyTorch defines them (torch.nn.init, PyTorch 2).
// Every number drawn is a float32, so that a run over float, double or Exact starts from the same.
#pragma once

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

/// Entries uniform in [low, high); drawn row by row.
Array<float> uniform(int rows, int columns, double low, double high, RandomStream&);
/// Entries normal; drawn row by row.
Array<float> normal(int rows, int columns, double mean, double deviation, RandomStream&);

/// Half the width of xavier_uniform: gain·√(6/(in + out)). Source: Glorot & Bengio 2010, eq. 16.
double xavier_bound(Fan, double gain = 1);
/// The standard deviation of xavier_normal: gain·√(2/(in + out)).
double xavier_deviation(Fan, double gain = 1);
/// Half the width of kaiming_uniform: √2·√(3/in), √2 being the gain of relu. Source: He et al.
/// 2015, eq. 10.
double kaiming_bound(Fan);
/// The standard deviation of kaiming_normal: √2/√in.
double kaiming_deviation(Fan);

}  // namespace tracer
