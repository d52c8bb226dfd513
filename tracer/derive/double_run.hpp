// A lesson run in double, for what only the end of a long training tells: thousands of steps that an
// exact run would take hours over. It says what a named value, a gradient or a parameter is after a
// step, to some 15 digits. Next: expect.cpp, which judges it.
#pragma once

#include "tracer/derive/run.hpp"

namespace tracer {

class DoubleRun {
 public:
  /// The program must have numbers and outlive the run. Throws Error where it can't be run.
  explicit DoubleRun(const Program& program) : run_(program, {}) {}

  /// Runs up to a step, from 1, above those that were asked for before. Values and gradients are
  /// that step's, `after` is after its update; each is the double as a fraction. Throws Error where
  /// something is no finite number.
  StepRecord at(long long step);

 private:
  LessonRun<double>::Batch& take_step();
  void finish(const LessonRun<double>::Batch&);

  LessonRun<double> run_;
};

}  // namespace tracer
