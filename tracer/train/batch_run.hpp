// One batch size of a lesson as training runs it: the graph, fused, and a tape that reads the
// parameters where the loop keeps them. An epoch needs one or two of these: whole batches, and what
// remains at its end. Next: steps.hpp, which takes the steps.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tracer/graph/fuse.hpp"
#include "tracer/graph/tape.hpp"
#include "tracer/language/decision.hpp"
#include "tracer/language/program.hpp"
#include "tracer/run/leaves.hpp"
#include "tracer/train/trainer.hpp"
#include "tracer/train/weights.hpp"

namespace tracer {

/// What the loop keeps, and what a batch is to be made for.
template <class S>
struct BatchPlan {
  WeightsOver<S>* weights = nullptr;
  const SampleSet<S>* samples = nullptr;  ///< null: a lesson without data
  Decision decision;
  std::vector<std::string> kept;  ///< lines that are looked at: they survive the fusing
  Planted planted = {};           ///< empty: the right gradients
};

/// The node that tells the predicted class of each sample: the prediction, or the logits that it is
/// made of, whose largest entry is the same. node −1: there is none.
struct Score {
  NodeId node = -1;
  double threshold = 0.5;  ///< of two classes: above it is the second
};
Score score_of(const BatchGraph&, const Decision&, bool rows);

template <class S>
class BatchRun {
 public:
  /// The program and what the plan points to must outlive this. Throws LessonError, ShapeError.
  BatchRun(const Program&, int size, const BatchPlan<S>&);

  int size() const { return size_; }
  /// The leaves of a step (from 1): these samples, and its masks. They may be a part of its batch.
  void take(std::span<const int> samples, long long step, const BatchShare& = {});

  /// All of their values, where a look is taken: of data that is mostly 0, and shuffled, the products
  /// read no more than what is not 0.
  void complete();

  /// The loss of the batch.
  S forward();
  /// That which forward() has returned.
  S loss() const { return tape().value(loss_)(0, 0); }
  /// Gradients of the loss, from fresh.
  void backward();
  /// How many of these samples, which the batch has, are predicted as their labels (those of all
  /// samples) say, after forward(). Requires has_score().
  int correct(std::span<const int> samples, std::span<const int> labels) const;
  bool has_score() const { return score_.node >= 0; }

  /// ∂loss/∂parameter, in the order of the plan, after backward(); empty where the loss does not
  /// depend on it. May be changed (clipping).
  View<S> gradient(std::size_t parameter);
  /// Running statistics move on to the batch's next values.
  void keep_states();
  /// What it will then be.
  ConstView<S> next_state(const Stored<S>&) const;

  const BatchGraph& built() const { return *built_; }
  std::shared_ptr<const BatchGraph> shared() const { return built_; }
  const Tape<S>& tape() const { return *tape_; }
  /// Where a node of the lesson's graph is in the tape; −1: it is not computed there.
  NodeId image(NodeId id) const { return fused_.of(id); }

 private:
  bool same_class(ConstView<S> scores, int sample, int label) const;

  int size_;
  bool rows_ = false;
  Task task_;
  std::shared_ptr<const BatchGraph> built_;
  RewrittenGraph fused_;
  std::unique_ptr<Tape<S>> tape_;
  NodeId loss_ = -1;
  Score score_;
  std::optional<Leaves<S>> leaves_;
  // Where mistakes are planted, the backward pass is a part of the graph (graph/backward.hpp): what it
  // computes for each of these parameters is a node of it.
  RewrittenGraph fused_with(const Planted&, const std::vector<NodeId>& needed,
                            const std::vector<NodeId>& wrt);

  std::vector<NodeId> parameters_;  // by the plan's order; −1: not there
  std::vector<NodeId> gradients_;   // the same, of planted mistakes; else empty
  std::vector<Array<S>> changeable_;
  std::vector<std::pair<Stored<S>*, NodeId>> next_states_;
};

}  // namespace tracer
