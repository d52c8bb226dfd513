// A lesson run step by step over one scalar: the leaves of a step take their values, the tape runs
// forward and backward, running statistics move on, gradients are clipped and parameters updated.
// A derivation runs it exactly and listens in between (derive/run.hpp); what only the end of a long
// training tells is run in double (derive/double_run.hpp). A training that is to be fast has a loop of
// its own, of the same parts: its graphs are fused, its tapes read the parameters where they are
// kept, and a step of it allocates nothing (train/steps.hpp).
//
//   LessonRun<double> run(program, {});
//   for (; run.step() <= run.plan().steps(); run.finish()) {
//     LessonRun<double>::Batch& batch = run.batch();
//     run.fill(batch);
//     batch.tape->forward();
//     run.backward(batch);
//     run.keep_states(batch);
//     run.update(batch, [&](auto& update) { run.clip(update), run.move(update); });
//   }
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "tracer/graph/tape.hpp"
#include "tracer/language/program.hpp"
#include "tracer/optimize/optimizer.hpp"
#include "tracer/run/clipping.hpp"
#include "tracer/run/leaves.hpp"
#include "tracer/run/plan.hpp"

namespace tracer {

template <class S>
class LessonRun {
 public:
  /// What is run for one batch size. It stays where it is for as long as the run does.
  struct Batch {
    std::shared_ptr<const BatchGraph> graph;
    std::unique_ptr<Tape<S>> tape;
    std::optional<Leaves<S>> leaves;
  };
  struct Options {
    Working working = {};
    std::vector<std::string> wrt = {};  ///< differentiated for, beside what the lesson names
    bool wrt_alone = false;             ///< and not what the lesson names, nor its lines
    /// Makes the graph of a batch over, or refuses it, before there is a tape; empty: it is run as
    /// the lesson has it.
    std::function<std::shared_ptr<const BatchGraph>(std::shared_ptr<const BatchGraph>)> on_graph =
        {};
    std::function<void(Batch&)> on_batch = {};  ///< told of a new batch, to listen to its tape
  };
  /// The program must have numbers (not symbolic) and outlive the run; its optimiser must have a rule
  /// (OptimizerCall::searches).
  LessonRun(const Program&, Options);

  Plan& plan() { return plan_; }
  const Plan& plan() const { return plan_; }
  const std::optional<Optimizer>& optimizer() const { return optimizer_; }
  const std::map<std::string, Array<S>>& parameters() const { return parameters_; }
  /// Running statistics, once a batch was asked for.
  const std::map<std::string, Array<S>>& states() const { return states_; }

  /// The step that is run, from 1, and its samples (from 0; empty: a lesson without data).
  long long step() const { return step_; }
  std::span<const int> samples() { return plan_.samples(step_); }
  Batch& batch();
  /// The step is done; the next one is run.
  void finish() { ++step_; }

  /// The leaves take the values that they have at this step.
  void fill(Batch&);
  void backward(Batch&);
  /// Running statistics take the values that the batch has for them.
  void keep_states(const Batch&);

  /// A learning rate: over Exact a fraction, for it is shown.
  using Rate = std::conditional_t<std::is_floating_point_v<S>, double, Rational>;
  /// That of this step, where a schedule changes it. Throws Error as Plan::rate does.
  std::optional<Rate> rate() const;

  /// What a parameter is moved by.
  struct Update {
    const std::string& name;
    NodeId id;  ///< in the batch's graph
    Array<S>& parameter;
    Optimizer::State<S>& state;
    Array<S> gradient;
    std::optional<NormScalar<S>> norm;  ///< of all gradients together, where it is clipped
    typename Optimizer::StepOptions<S> options;
  };
  /// Called with each parameter that the loss depends on, in the order of the program, after
  /// backward(): clip() and move() are left to `make`. Requires an optimiser.
  void update(const Batch&, const std::function<void(Update&)>& make);
  /// What clips gradients calls `on_cut` with what has just been done to this one.
  enum class Cut { norm, value };
  void clip(Update&, const std::function<void(Cut)>& on_cut = {}) const;
  /// The optimiser's rule.
  void move(Update&) const;

 private:
  Array<S> numbers_in(const LeafValue&) const;

  const Program& program_;
  Options options_;
  Plan plan_;
  std::optional<Optimizer> optimizer_;
  long long step_ = 1;
  std::map<std::string, Array<S>> parameters_;
  std::map<std::string, Array<S>> states_;
  std::map<std::string, Optimizer::State<S>> moments_;  // the optimiser's, by parameter
  std::map<int, std::unique_ptr<Batch>> batches_;
};

}  // namespace tracer
