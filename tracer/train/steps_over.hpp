// The training steps of one scalar type: what make_steps (steps.hpp) makes. In a step: the batch is
// taken, masks are drawn, forward, backward, clipping, running statistics, update. None of it
// allocates. Next: steps.cpp (the step), steps_state.cpp (what is saved, put back and looked at).
#pragma once

#include "tracer/optimize/optimizer.hpp"
#include "tracer/run/clipping.hpp"
#include "tracer/train/batch_run.hpp"
#include "tracer/train/forward_run.hpp"
#include "tracer/train/lbfgs.hpp"
#include "tracer/train/steps.hpp"

namespace tracer {

template <class S>
class StepsOver final : public Steps {
 public:
  StepsOver(const Program&, Plan&, const std::vector<std::string>& watch);

  int count(Part) const override;
  bool has_accuracy() const override { return full_->has_score(); }

  StepDone step(const At&) override;

  Outcome evaluate(Part) override;
  std::vector<int> labels(Part) const override;
  Array<float> targets(Part) const override;

  std::vector<WatchRecord> watched() const override;
  std::vector<IdleUnits> idle() const override;

  void remember_best() override;
  bool has_best() const override { return has_best_; }
  void restore_best() override;

  Tensors parameters() const override;
  Tensors states() const override;
  Tensors optimizer() const override;
  Tensors best() const override;
  void load(const Checkpoint&) override;
  std::string parameter_not_finite() const override;

 private:
  using OptimizerState = Optimizer::State<S>;
  struct Watched {
    std::string name;
    int parameter = -1;  // its place; −1: a line
    std::vector<S> before;
    double update = 0;
  };

  void store_leaves();
  void choose_watched(const std::vector<std::string>& names);
  void make_batches();
  void clip(BatchRun<S>&, const At&);
  void update(BatchRun<S>&, const At&);
  StepDone whole_epoch_of_lbfgs(BatchRun<S>&, std::span<const int> samples);
  StepLook look(BatchRun<S>&, const At&, std::span<const int> samples) const;
  /// Calls f with the samples of a part; where some are held out, those of the training are copied
  /// for it.
  template <class F>
  void with_part(Part, const F&) const;

  const Program& program_;
  const Training& training_;
  Plan& plan_;
  Decision decision_;
  std::optional<Optimizer> optimizer_;  // nothing: L-BFGS
  LbfgsSettings lbfgs_;
  Clipping<S> clipping_;

  std::optional<SampleSet<S>> all_;  // of the data statement
  std::optional<SampleSet<S>> validation_, test_;
  std::vector<int> labels_;  // of all samples

  std::vector<Stored<S>> parameters_, states_;
  std::vector<OptimizerState> optimizer_states_;
  typename Optimizer::StepOptions<S> step_options_;
  std::vector<std::vector<S>> best_;  // parameters, then states
  bool has_best_ = false;

  std::unique_ptr<BatchRun<S>> full_, rest_;
  BatchRun<S>* last_ = nullptr;  // which of them took the last step
  std::optional<ForwardRun<S>> forward_;
  std::vector<Watched> watched_;
  std::size_t next_look_ = 0;
};

}  // namespace tracer
