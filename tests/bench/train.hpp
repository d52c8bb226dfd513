// `./run bench train`: seconds an epoch of tracer, PyTorch, NumPy and scikit-learn, in turn, in one
// run.
#pragma once

#include <string>
#include <vector>

namespace tracer::bench {

struct TrainOptions {
  int rounds = 5;                    ///< turns that count, of each side; one more warms up
  std::vector<std::string> only;     ///< workloads; empty: all
  std::vector<std::string> without;  ///< tracer, torch, numpy, sklearn, bare, bare-own
  int threads = 2;                   ///< of tracer, and at most of the others
  bool json = false;                 ///< in place of the table
  std::string python;                ///< empty: the first python3 that has NumPy
  std::string core;      ///< what OpenBLAS is to take the processor for; empty: its guess
  bool made_up = false;  ///< images: not MNIST even where it is there
};

/// Exit status: 0; 1 where two sides do not compute the same; 2 where there is nothing to measure.
/// Throws Error for a workload or side that there is not.
int train_bench(const TrainOptions&);

}  // namespace tracer::bench
