// Training steps over float or double behind one interface: what the loop (trainer.cpp) asks for,
// without knowing the scalar. Next: steps.cpp, weights.hpp (what a step changes), batch_run.hpp.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tracer/language/decision.hpp"
#include "tracer/language/program.hpp"
#include "tracer/run/plan.hpp"
#include "tracer/train/history.hpp"
#include "tracer/train/metrics.hpp"
#include "tracer/train/trainer.hpp"
#include "tracer/train/weights.hpp"

namespace tracer {

struct StepDone {
  double loss = 0;
  int samples = 0;
  int correct = 0;         ///< of these; 0 where there are no classes
  bool converged = false;  ///< L-BFGS found no lower point
  bool stops = false;      ///< one of the processes wants to end
};

class Steps {
 public:
  virtual ~Steps() = default;

  virtual int count(Part) const = 0;
  virtual bool has_accuracy() const = 0;
  virtual Weights& weights() = 0;

  struct At {
    long long step = 1;  ///< of all epochs, from 1
    double lr = 0;
    bool watch = false;  ///< the norms of its update are wanted
    bool stops = false;  ///< with others: this process wants to end after it
  };
  /// Throws Error where the loss is not finite; the parameters are then those from before.
  virtual StepDone step(const At&) = 0;

  struct Outcome {
    Array<float> outputs;
    Metrics metrics;
  };
  /// Throws Error where the part has no samples.
  virtual Outcome evaluate(Part) = 0;
  /// The same metrics, of all processes together, which all have to ask for them.
  virtual Metrics measure(Part) = 0;
  /// Processors that round otherwise than the first one's do not go ways of their own for long: what
  /// has been learnt becomes the first process's. Alone it does nothing.
  virtual void align() = 0;

  /// Norms after the last step that was taken with `watch`.
  virtual std::vector<WatchRecord> watched() const = 0;
  virtual std::vector<IdleUnits> idle() const = 0;

  /// These steps are looked at in full: called before their update, and again after it.
  std::function<void(const StepLook&)> on_look;
  std::vector<long long> look_at;  ///< sorted
};

/// S: float or double. The program, the plan and the options must outlive it. Throws Error where there
/// are other processes, and the loss is no mean over samples, so that it can't be divided among them.
template <class S>
std::unique_ptr<Steps> make_steps(const Program&, Plan&, const Decision&, const TrainerOptions&);

}  // namespace tracer
