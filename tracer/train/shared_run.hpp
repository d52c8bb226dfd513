// A step that several processes take together: each runs its share of the batch, and the gradients are
// added up, each share counting by its samples. So what is learnt is what one process would learn, up to
// rounding; and the same processes learn the same bits, since they add up in the order of their numbers.
// It is asked what a BatchRun is asked. Next: ranks/ranks.hpp, batch_run.hpp; steps.cpp, who asks.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "tracer/ranks/ranks.hpp"
#include "tracer/train/batch_run.hpp"

namespace tracer {

/// What process `rank` of `size` has of a batch of `samples`: neighbours of one another, as evenly as
/// they can be divided. Of a batch in which not every process would get `least` the first has it all.
BatchShare share_of(int samples, int rank, int size, int least);

/// How a batch is divided. What is to be looked at is run by the first process, whole.
enum class Division { shares, first_has_all };

template <class S>
class SharedRun {
 public:
  /// `labels`: of all samples, for correct(). `joint_statistics`: what needs a mean over the batch has it
  /// over the whole one, not over each share. All that is pointed to must outlive this.
  SharedRun(const Program&, const BatchPlan<S>&, Ranks&, std::span<const int> labels,
            bool joint_statistics);
  ~SharedRun();

  /// A BatchRun of this process's share of such batches is made, as the constructor of BatchRun says.
  void prepare(int samples);

  /// The samples of the whole step. `stops`: this process wants the training to end after it.
  void take(std::span<const int> samples, long long step, Division, bool stops);
  /// The loss of the whole batch. Runs this share, backward too, and adds up: every process has to.
  S forward();
  void backward() {}
  int correct(std::span<const int> /*samples*/, std::span<const int> /*labels*/) const {
    return correct_;
  }
  bool has_score() const { return any().has_score(); }
  int size() const { return share_.whole; }
  /// Whether one of the processes wants to end.
  bool stops() const { return stops_; }

  /// Of the whole batch; empty where the loss does not depend on the parameter. May be changed.
  View<S> gradient(std::size_t parameter);
  /// Running statistics move on to the mean of what the shares make of them, by their samples.
  void keep_states();

  /// This process's part of the step; null: it has none.
  BatchRun<S>* own() { return own_; }
  bool has_all() const { return own_ != nullptr && share_.count == share_.whole; }
  /// What the processes do not say alike: the first text that is not empty; empty: there is none.
  std::string first_of(const std::string& own_text);

  /// Units of the last whole batch that are idle in all its samples.
  std::vector<IdleUnits> idle(int batch_size, bool rows);

 private:
  struct Statistics;  // shared_run.cpp
  const BatchRun<S>& any() const { return *runs_.begin()->second; }
  BatchRun<S>& run_of(int samples);
  void write_share(S loss);
  S* write(S* to, ConstView<S> values, S weight) const;

  const Program& program_;
  BatchPlan<S> plan_;
  Ranks& ranks_;
  std::span<const int> labels_;
  bool joint_statistics_;
  int least_ = 1;
  std::map<int, std::unique_ptr<BatchRun<S>>> runs_;  // by their samples
  BatchRun<S>* own_ = nullptr;
  std::map<int, BatchRun<S>*> last_;  // by the samples of a whole batch: who ran its last
  BatchShare share_;
  std::span<const int> samples_;  // of this share
  bool wants_to_stop_ = false, stops_ = false;
  int correct_ = 0;
  std::unique_ptr<Statistics> statistics_;
  // What is added up: loss, right predictions, who wants to stop; for each parameter who has a gradient;
  // running statistics; gradients.
  std::vector<S> sums_;
  std::vector<std::size_t> states_at_, gradients_at_;  // places in it
};

}  // namespace tracer
