// What happens at each step of a lesson, whoever runs it: which samples it takes, in which order,
// and at which rate. A derivation over Exact and a training in float both ask here, so that they go
// the same way. Next: leaves.hpp, the values of a step; clipping.hpp.
//
//   Plan plan(program);
//   for (long long step = 1; step <= plan.steps(); ++step) run(plan.samples(step));
#pragma once

#include <span>
#include <vector>

#include "tracer/language/parts.hpp"
#include "tracer/language/program.hpp"

namespace tracer {

class Plan {
 public:
  /// The program must outlive it. Without a train line each sample is a step. Throws Error where a
  /// share of the data gets no samples.
  explicit Plan(const Program&);

  const Parts& parts() const { return parts_; }
  /// The samples of an epoch: those that are trained on; 1 in a lesson without data.
  int count() const { return static_cast<int>(trained_.size()); }
  /// Of every batch; where it does not divide the samples an epoch's last has the rest.
  int batch_size() const { return batch_size_; }
  int rest() const { return count() % batch_size_; }
  int steps_per_epoch() const { return (count() + batch_size_ - 1) / batch_size_; }
  long long steps() const { return static_cast<long long>(steps_per_epoch()) * epochs_; }
  /// The number of a step's epoch, from 1; steps count from 1 through all epochs.
  int epoch(long long step) const { return static_cast<int>((step - 1) / steps_per_epoch() + 1); }

  /// The samples of a step, from 0, in the order of the batch; empty: a lesson without data. They
  /// stay where they are until those of another epoch are asked for.
  std::span<const int> samples(long long step);

  /// Whether the train line changes the rate from step to step.
  bool has_schedule() const;
  /// The learning rate of a step; `base` is the optimiser's own, or what a plateau has come down to.
  /// Over Rational it throws Error where the rate is no fraction, or not known beforehand.
  template <class Number>
  Number rate(long long step, const Number& base) const {
    const auto in_epoch = static_cast<int>((step - 1) % steps_per_epoch());
    return rate_at(program_->training->schedule, base,
                   {epoch(step), in_epoch + 1, steps_per_epoch(), epochs_});
  }

 private:
  const Program* program_;
  Parts parts_;
  int batch_size_ = 1;
  int epochs_ = 1;
  std::vector<int> trained_;  // the samples that are not held out
  std::vector<int> order_;    // of them in the present epoch
  int order_epoch_ = 0;
};

}  // namespace tracer
