// Training steps over float or double behind one interface: what the loop (trainer.cpp) asks for,
// without knowing the scalar. Holds the parameters, the running statistics and the optimiser's
// states. Next: steps.cpp, batch_run.hpp.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tracer/language/program.hpp"
#include "tracer/run/plan.hpp"
#include "tracer/train/history.hpp"
#include "tracer/train/metrics.hpp"
#include "tracer/train/model.hpp"
#include "tracer/train/step_look.hpp"
#include "tracer/train/trainer.hpp"

namespace tracer {

using Tensors = std::map<std::string, Tensor>;

struct StepDone {
  double loss = 0;
  int samples = 0;
  int correct = 0;         ///< of these; 0 where there are no classes
  bool converged = false;  ///< L-BFGS found no lower point
};

class Steps {
 public:
  virtual ~Steps() = default;

  virtual int count(Part) const = 0;
  virtual bool has_accuracy() const = 0;

  struct At {
    long long step = 1;  ///< of all epochs, from 1
    double lr = 0;
    bool watch = false;  ///< the norms of its update are wanted
  };
  /// Throws Error where the loss is not finite; the parameters are then those from before.
  virtual StepDone step(const At&) = 0;

  struct Outcome {
    Array<float> outputs;
    std::optional<double> loss;
  };
  virtual Outcome evaluate(Part) = 0;
  /// The class of each sample; empty where the targets are numbers.
  virtual std::vector<int> labels(Part) const = 0;
  /// The targets as numbers, entries × count whatever the layout.
  virtual Array<float> targets(Part) const = 0;

  /// Norms after the last step that was taken with `watch`.
  virtual std::vector<WatchRecord> watched() const = 0;
  virtual std::vector<IdleUnits> idle() const = 0;

  /// A copy of parameters and running statistics is kept aside, and put back.
  virtual void remember_best() = 0;
  virtual bool has_best() const = 0;
  virtual void restore_best() = 0;

  virtual Tensors parameters() const = 0;
  virtual Tensors states() const = 0;
  virtual Tensors optimizer() const = 0;
  virtual Tensors best() const = 0;
  /// Puts back what these four gave. Throws Error: a name is missing, a shape or the scalar type is
  /// another.
  virtual void load(const Checkpoint&) = 0;
  /// The first parameter with an entry that is not finite; empty: there is none.
  virtual std::string parameter_not_finite() const = 0;

  /// These steps are looked at in full: called before their update, and again after it.
  std::function<void(const StepLook&)> on_look;
  std::vector<long long> look_at;  ///< sorted
};

/// S: float or double. The program and the plan must outlive it. `watch`: names, or "all".
template <class S>
std::unique_ptr<Steps> make_steps(const Program&, Plan&, const std::vector<std::string>& watch);

}  // namespace tracer
