// What can be seen of a step of training from outside: norms of what is watched, units that are
// idle, and a step looked at in full. Next: inspect.hpp, which puts it into words.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "tracer/train/batch_run.hpp"
#include "tracer/train/inspect.hpp"
#include "tracer/train/weights.hpp"

namespace tracer {

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
  /// After the last step that was taken so, on that batch. The gradient of a line that the fused
  /// graph goes past (P of softmax with cross_entropy) is not computed: it is given as 0.
  std::vector<WatchRecord> records(BatchRun<S>&) const;

 private:
  struct Watched {
    std::string name;
    int parameter = -1;  // its place; −1: a line
    std::vector<S> before;
    double update = 0;
  };
  const WeightsOver<S>& weights_;
  std::vector<Watched> watched_;
};

/// Units of a batch that are idle in all its samples, which are rows or columns.
template <class S>
std::vector<IdleUnits> idle_units_in(const BatchRun<S>&, bool rows);

/// Every value and gradient of the batch as it was run forward, on the lesson's own graph: the rest
/// of a StepLook is left as it is.
template <class S>
void look_into(const Program&, const BatchRun<S>&, StepLook&);

}  // namespace tracer
