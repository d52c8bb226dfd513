// The runs of a sweep, shared among processes: the first hands them out one by one, trains some itself,
// and collects what comes of them; the others train what they are sent. So each has something to do
// until the last run, however long each takes. Next: sweep.hpp; ranks/ranks.hpp.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "tracer/ranks/ranks.hpp"
#include "tracer/sweep/run.hpp"

namespace tracer {

/// In the first process.
class HandedOut {
 public:
  explicit HandedOut(Ranks&);

  /// A TrainRun (sweep.hpp): a run trained by whichever process is free, this one among them. To be
  /// called by as many threads at once as there are processes. Throws Error that names the process
  /// where it is another that fails.
  std::optional<FinishedRun> train(const SweepPlan&, const PlannedRun&,
                                   const std::function<bool()>& stop);
  /// The others go home.
  void end();

 private:
  std::optional<FinishedRun> train_at(int process, const PlannedRun&,
                                      const std::function<bool()>& stop);
  std::optional<std::string> answer_of(int process);

  Ranks& ranks_;
  std::mutex mutex_;  // of what follows, and of the processes
  std::vector<int> free_;
  std::map<int, std::string> answers_;  // that have come while another thread was looking
};

/// In the others: trains what the first sends, until it ends.
void train_what_is_handed_out(Ranks&, const SweepPlan&, const std::function<bool()>& stop);

}  // namespace tracer
