// What a step of training looks like from inside, in words: the derivation of --trace-step in plain
// text, where a loss that is not finite comes from, and which units no longer learn. Next:
// trainer.hpp.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "tracer/language/program.hpp"
#include "tracer/train/batch_run.hpp"
#include "tracer/train/history.hpp"
#include "tracer/train/weights.hpp"

namespace tracer {

/// One training step, looked at in full: every value and gradient of the lesson's own graph (not
/// fused), as double. What --trace-step, expectations at steps and the message about a loss that is
/// not finite are made of.
struct StepLook {
  int epoch = 1;
  long long step = 1;        ///< of all epochs, from 1
  std::vector<int> samples;  ///< of the batch, from 0, in its order; empty: a lesson without data
  double lr = 0;
  std::shared_ptr<const BatchGraph> batch;
  std::map<NodeId, Array<double>> values;      ///< of every node
  std::map<NodeId, Array<double>> gradients;   ///< of every node that lies between a parameter or a
                                               ///< named line and the loss
  std::map<std::string, Array<double>> after;  ///< parameters after the update; empty before it
};

/// "epoch 2, step 17: the loss is not finite; the first value that is not is Z2 = W2 @ A1 + b2
/// (line 14), of which 3 entries are inf or nan; ...": one sentence, with a way out.
std::string not_finite_text(const Program&, const StepLook&);

/// The step: forward values with shape, norm and a corner, the norm of every line's gradient, and
/// one entry of a parameter's gradient as the sum that it is, the largest terms first; its update.
/// `entry`: "W1[3, 5]", "b1[2]", "w"; empty: the largest entry of the last parameter's gradient.
/// Throws Error where there is no such entry.
std::string trace_text(const Program&, const StepLook&, const std::string& entry);
/// Throws Error unless `entry` names one of a parameter, or is empty: to be asked before a long
/// run.
void check_entry(const Program&, const std::string& entry);

/// The units of an activation that may stop learning, by its place in the lesson's graph.
struct WatchedUnits {
  const HiddenUnits* activation = nullptr;  ///< says when one is idle
  NodeId node = -1;
  std::string line;  ///< that it stands in
};
/// All of a lesson but its prediction, which is meant to saturate.
std::vector<WatchedUnits> watched_units(const BatchGraph&);

/// Whether a unit of an activation was idle in all samples of a batch; rows: samples are rows.
template <class Values>
bool is_idle(const WatchedUnits& watched, const Values& values, int unit, bool rows) {
  for (Eigen::Index k = 0; k < (rows ? values.rows() : values.cols()); ++k) {
    const auto y = rows ? values(k, unit) : values(unit, k);
    if (!watched.activation->is_idle(static_cast<double>(y))) return false;
  }
  return true;
}

/// The units of one activation, and which of them have learned from a batch.
struct LearningUnits {
  IdleUnits about;
  std::vector<float> learning;  ///< 1 or 0 of each
};

/// The named line that a node is part of, or −1.
NodeId line_holding(const BatchGraph&, NodeId);
/// "Z2 = W2 @ A1 + b2 (line 14)".
std::string line_text(const Program&, const BatchGraph&, NodeId line);

// What can be seen of a step from outside.

/// Parameters and lines whose norms are wanted: --watch. S: float or double.
template <class S>
class Watching {
 public:
  /// `names`: parameters and lines, or "all". Throws Error for a name that is neither.
  Watching(const Program&, const BatchGraph&, const WeightsOver<S>&,
           const std::vector<std::string>& names);

  /// The lines among them: a batch must compute them.
  std::vector<std::string> lines() const;
  /// On both sides of an update whose norm is wanted.
  void before_update();
  void after_update();
  /// The gradients of the lines in that step, as the lesson's own graph has them: the fused one goes
  /// past some of them (P of softmax with cross_entropy).
  void take_gradients(const StepLook&);
  /// After the last step that was taken so, on that batch.
  std::vector<WatchRecord> records(BatchRun<S>&) const;

 private:
  struct Watched {
    std::string name;
    int parameter = -1;  // its place; −1: a line
    std::vector<S> before;
    double update = 0;
    double gradient = 0;  // of a line
  };
  const WeightsOver<S>& weights_;
  std::vector<Watched> watched_;
};

/// Of each activation that is watched; samples are rows or columns.
template <class S>
std::vector<LearningUnits> learning_units_in(const BatchRun<S>&, bool rows);
/// Of these those with some that are idle.
std::vector<IdleUnits> idle_among(std::vector<LearningUnits>);

/// Every value and gradient of the batch as it was run forward, on the lesson's own graph: the rest
/// of a StepLook is left as it is.
template <class S>
void look_into(const Program&, const BatchRun<S>&, StepLook&);

}  // namespace tracer
