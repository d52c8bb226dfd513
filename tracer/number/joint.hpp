// A batch that several processes have parts of: what an operation must know of all its samples
// (batch_norm's mean and variance), it asks here for. Where a process has the whole batch, as most have,
// there is none. Next: op/batch_norm_fast.hpp; train/shared_run.hpp, which makes one for a step.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <vector>

namespace tracer {

class JointBatch {
 public:
  explicit JointBatch(int samples) : samples_(samples) {}
  virtual ~JointBatch() = default;
  JointBatch(const JointBatch&) = delete;
  JointBatch& operator=(const JointBatch&) = delete;

  /// Of all parts together.
  int samples() const { return samples_; }

  /// Of each feature, mean and (biased) variance over the `own` samples of this part become those over
  /// all samples. `z`: where the features lie; of the same ones the answer is known from the first time
  /// on, so that a later question costs the others nothing.
  template <class S>
  void join_moments(const void* z, std::ptrdiff_t own, std::span<S> mean, std::span<S> variance);

  /// Sums over the gradients of this part become those over all samples, in this part's measure: each
  /// part's gradients are those of its own mean loss, and it counts by its share of the samples.
  template <class S>
  void join_gradients(std::ptrdiff_t own, std::span<S> sums);

 private:
  virtual void sum(std::span<double>) = 0;

  int samples_;
  std::map<const void*, std::vector<double>> known_;  // means, then variances
  std::vector<double> room_;
};

/// Of the batch that this thread computes; null: it has all of it.
JointBatch* joint_batch();

/// For as long as it lives, the batch of this thread is this one.
class PartOfJointBatch {
 public:
  explicit PartOfJointBatch(JointBatch*);
  ~PartOfJointBatch();
  PartOfJointBatch(const PartOfJointBatch&) = delete;
  PartOfJointBatch& operator=(const PartOfJointBatch&) = delete;
};

}  // namespace tracer
