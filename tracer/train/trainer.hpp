// The training loop: a lesson's own graph, over float or double, batch after batch. What it reports
// on the way goes to callbacks, so that nothing here prints.
//
//   Trainer trainer(program, {.threads = 2});
//   while (!trainer.done()) show(trainer.epoch());
//   trainer.finish();                                  // the best weights come back
//   const Metrics metrics = trainer.evaluate(Part::test);
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tracer/language/program.hpp"
#include "tracer/train/history.hpp"
#include "tracer/train/metrics.hpp"
#include "tracer/train/model_file.hpp"

namespace tracer {

class Ranks;      // ranks/ranks.hpp
struct StepLook;  // inspect.hpp
struct Edit;      // graph/backward.hpp
class BackwardGraph;

/// The mistakes to make in the backward pass of a batch (mistake/planted.hpp).
using Planted =
    std::function<std::vector<std::shared_ptr<const Edit>>(const BatchGraph&, BackwardGraph&)>;

enum class Dtype { float32, float64 };
enum class Part { train, validation, test };

/// One moment of an epoch, for a progress bar.
struct Progress {
  int epoch = 0;  ///< from 1
  int epochs = 0;
  int samples_done = 0;
  int samples = 0;          ///< of an epoch
  double loss = 0;          ///< mean over the epoch so far
  double seconds = 0;       ///< of the epoch so far
  double epoch_before = 0;  ///< seconds of the epoch before; 0: there was none
};

struct TrainerOptions {
  Dtype dtype = Dtype::float32;
  int threads = 2;                           ///< 0: as many as there are cores
  std::vector<std::string> watch = {};       ///< parameters or lines to report norms of; "all"
  std::optional<long long> trace_step = {};  ///< a step (from 1) to explain: see trace()
  /// Of the trace: "W1[3,5]"; empty: the largest entry of the last parameter's gradient.
  std::string trace_entry = {};
  std::optional<long long> look_step = {};  ///< a step (from 1) that on_look is called for
  std::function<void(const StepLook&)> on_look = {};  ///< before its update, and again after it
  std::function<void(const Progress&)> on_batch =
      {};                           ///< after every step; cheap, or it slows training
  std::function<bool()> stop = {};  ///< asked after every step: true ends the epoch there
  Planted planted = {};             ///< trained with wrong gradients, to see what comes of it
  /// The processes that train together (shared_run.hpp), all of which make such a trainer and call
  /// epoch() as often; null: this one alone. Must outlive the trainer.
  Ranks* ranks = nullptr;
  /// With these: batch_norm's mean and variance are those of the whole batch, not of each share.
  bool joint_statistics = false;
};

class Trainer {
 public:
  /// The program must outlive the trainer and have a train line and numbers for every leaf. Throws
  /// LessonError or Error: no train line, too few samples for the split, a validation set that is
  /// empty.
  Trainer(const Program&, TrainerOptions);
  ~Trainer();
  Trainer(Trainer&&) noexcept;

  /// All epochs are done, early stopping has struck, or stop() has said so.
  bool done() const;
  /// Trains one epoch. Throws Error where the loss is not finite: the epoch, the step and the first
  /// node (in the lesson's words, with its line) whose value is not; the weights from before the
  /// step are kept.
  EpochRecord epoch();
  /// After the last epoch: where early stopping or validation watched, puts back the best epoch's
  /// weights (unless restore_best=false). Returns that epoch, 0 where nothing was put back.
  int finish();
  /// Why the run is over: "all 10 epochs", "no improvement in 5 epochs", "interrupted".
  std::string reason() const;

  const History& history() const;
  int processes() const;  ///< that train together
  int count(Part) const;  ///< samples; 0: there is no such part
  /// Loss and metrics of the present weights in evaluation mode.
  Metrics evaluate(Part) const;
  /// Outputs of the present weights, outputs × count (or × outputs, as the lesson lays samples
  /// out).
  Array<float> predict(Part) const;

  Model model() const;  ///< with lesson and history
  /// Before finish(), which puts other weights in place. Also of an epoch that was cut: resume()
  /// goes on with its next step.
  Checkpoint checkpoint() const;
  /// The same without what grows with the epochs and with the data: its history, and their outline.
  Checkpoint state() const;
  /// Continues where a checkpoint stopped: what follows is bit for bit what would have followed
  /// there. The lesson may have other epochs, patience or learning rate. Throws Error where its
  /// parameters, optimiser, steps an epoch or scalar type are others.
  void resume(const Checkpoint&);

  /// What --trace-step asked for, once that step has been run: forward values (shape, norm, a
  /// corner), the norm of every line's gradient, one entry's sum term by term, its update. Empty
  /// before.
  std::string trace() const;

  /// The lesson's expectations on metrics and at the end (`finally: accuracy >= 0.95 on test`),
  /// judged by this run: a line for each, and whether it holds.
  struct JudgedExpectation {
    std::string text;
    bool judged = true;
    bool holds = true;
  };
  std::vector<JudgedExpectation> verdicts() const;

 private:
  struct Loop;  // trainer.cpp
  std::unique_ptr<Loop> loop_;
};

}  // namespace tracer
