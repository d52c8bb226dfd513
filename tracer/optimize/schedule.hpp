// How the learning rate changes over a training: PyTorch's schedules, and a warm-up before them.
// Written once: a training asks in double, a derivation asks for the exact fraction. Next:
// schedule.cpp, then optimizer.hpp, which takes the rate of each step.
//
//   const double lr = rate_at(schedule, 0.1, {.epoch = 3, .step = 17, .steps_per_epoch = 100,
//                                             .epochs = 10});
#pragma once

#include <string>

#include "tracer/number/rational.hpp"

namespace tracer {

/// `schedule=step(step_size=10, gamma=0.1), warmup=2` of a train line. An epoch keeps one rate,
/// during the warm-up every step has its own.
struct Schedule {
  enum class Kind { constant, step, exponential, cosine, plateau };
  Kind kind = Kind::constant;
  int step_size = 10;     ///< step: epochs between two drops
  Rational gamma{1, 10};  ///< step, exponential: the factor; plateau calls it factor
  Rational min_lr{0};     ///< cosine, plateau: a rate, not a factor
  int half_period = 0;    ///< cosine: epochs from the top to the bottom; 0: all there are
  int patience = 10;      ///< plateau: epochs without improvement before a drop
  int warmup = 0;         ///< epochs at first in which the rate rises linearly, step by step
};

/// Where a step stands in a training. All counts are from 1.
struct Moment {
  int epoch = 1;
  int step = 1;  ///< within the epoch
  int steps_per_epoch = 1;
  int epochs = 1;  ///< of the whole training
};

/// The learning rate of a step; `base` is the optimizer's own. With e the epochs before this one:
///
///   step          base · γ^⌊e/step_size⌋                                 torch StepLR
///   exponential   base · γ^e                                            torch ExponentialLR
///   cosine        min_lr + (base − min_lr)·(1 + cos(πe/T))/2             torch CosineAnnealingLR
///                 T: half_period, or epochs
///   plateau       base: give the rate that Plateau has come down to
///
/// times t/T in the first T = warmup · steps_per_epoch steps, t being the step from 1 (torch
/// LinearLR with start_factor 1/T and total_iters T − 1). Source: PyTorch 2,
/// torch.optim.lr_scheduler.
double rate_at(const Schedule&, double base, const Moment&);
/// The same as a fraction. Throws Error where it is none (cosine between its rational points), or
/// depends on how training went (plateau, once it may have dropped).
Rational rate_at(const Schedule&, const Rational& base, const Moment&);

/// The rate is multiplied by the factor after more than `patience` epochs without improvement: a
/// monitored loss counts as one where it is below best·(1 − 1e-4).
/// Source: torch.optim.lr_scheduler.ReduceLROnPlateau with its defaults (mode min, threshold 1e-4
/// relative, cooldown 0, eps 1e-8).
class Plateau {
 public:
  Plateau() = default;
  Plateau(const Schedule&, double base);

  double rate() const { return state.rate; }
  /// At the end of each epoch: the loss that is watched. True where the rate has dropped. A loss
  /// that is not a number is no improvement.
  bool watch(double loss);

  /// All that it remembers: what a checkpoint keeps.
  struct State {
    double rate = 0;
    double best = 0;
    int waited = 0;  ///< epochs since the best
    bool has_best = false;
  };
  State state;

 private:
  double factor_ = 0.1;
  double least_ = 0;
  int patience_ = 10;
};

}  // namespace tracer
