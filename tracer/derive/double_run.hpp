// A lesson run in double, for what only the end of a long training tells: thousands of steps that an
// exact run would take hours over. It says what a named value, a gradient or a parameter is after a
// step, to some 15 digits. Next: expect.cpp, which judges it.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "tracer/derive/run.hpp"

namespace tracer {

class DoubleRun {
 public:
  /// The program must have numbers and outlive the run. Throws Error where it can't be run.
  explicit DoubleRun(const Program&);
  ~DoubleRun();

  /// Runs up to a step, from 1, not below one that was asked for before. Values and gradients are
  /// that step's, `after` is after its update; each is the double as a fraction. Throws Error where
  /// something is no finite number.
  StepRecord at(long long step);

 private:
  struct Batch;  // the graph and the tape for one batch size
  Batch& batch_for(int size);
  Batch& take_step();
  void update(Batch&);

  const Program& program_;
  Plan plan_;
  std::optional<Optimizer> optimizer_;
  long long step_ = 0;                         // that have been run
  std::map<std::string, Array<double>> kept_;  // parameters and running statistics
  std::map<std::string, Optimizer::State<double>> moments_;
  std::map<int, std::unique_ptr<Batch>> batches_;
};

}  // namespace tracer
