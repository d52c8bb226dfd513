// A sweep run to its end: what is missing in its folder is trained, several runs at a time, each on
// its own threads. Next: summary.hpp, what comes of it.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "tracer/sweep/folder.hpp"
#include "tracer/sweep/plan.hpp"
#include "tracer/sweep/run.hpp"

namespace tracer {

/// Of the trainings of a plan, every `of`-th belongs to a process, the first to number 1.
struct Shard {
  int number = 1;
  int of = 1;
};

/// How far a sweep is.
struct SweepProgress {
  int done = 0;  ///< those that were there before, too
  int failed = 0;
  int running = 0;
  int all = 0;
  int now = 0;         ///< done in this call
  double seconds = 0;  ///< since it began
};

struct SweepJobs {
  int jobs = 1;
  Shard shard = {};
  /// After each run, and about four times a second; on the calling thread.
  std::function<void(const SweepProgress&, const Results&)> on_progress = {};
  std::function<bool()> stop = {};  ///< asked often, from several threads
};

/// In place of run_training, in tests. Called by several threads at once.
using TrainRun =
    std::function<std::optional<FinishedRun>(const PlannedRun&, const std::function<bool()>& stop)>;

/// Returns whether all of the shard's runs are there: not where `stop` has ended it. A run that is
/// stopped leaves nothing; those that have ended are kept. Throws what `train` or the folder throws,
/// after the others have been stopped.
bool run_sweep(const SweepPlan&, SweepFolder&, const SweepJobs&, const TrainRun& train = {});

}  // namespace tracer
