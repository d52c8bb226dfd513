// The sides of the benchmark that are written in C++: tracer itself, and the bare products of the
// same networks, which no program can do without. Each runs in a
// process of its own, driven as side.hpp says. Next: rivals.py, the others.
#pragma once

#include <memory>
#include <string>

#include "tests/bench/side.hpp"
#include "tests/bench/workloads.hpp"

namespace tracer::bench {

class Served {
 public:
  virtual ~Served() = default;
  virtual std::string hello() const = 0;
  virtual void start(const Workload&, const std::string& weights) = 0;
  virtual Turn turn() = 0;
};

/// tracer::Trainer on the lesson, with this many threads.
std::unique_ptr<Served> tracer_side(int threads);
/// Which library multiplies: OpenBLAS, called by Eigen, or what tracer itself trains with
/// (tracer/number/product.hpp).
enum class Products { blas, own };
/// Forward and backward products alone: no bias, activation, loss or update. The loss is 0.
std::unique_ptr<Served> bare_side(Products, int threads);

/// Answers questions on standard input until it ends.
void serve(Served&);

}  // namespace tracer::bench
