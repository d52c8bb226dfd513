// One run of a sweep, from its lesson to its score. Next: runs_file.hpp.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "tracer/sweep/plan.hpp"
#include "tracer/train/model_file.hpp"

namespace tracer {

struct RunResult {
  std::string why;  ///< it failed: the loss was not finite; empty: it is done
  double score = 0;
  double loss = 0;  ///< on the same samples
  double train_score = 0;
  int judged = 0;   ///< samples
  int trained = 0;  ///< samples
  long long parameters = 0;
  int epochs = 0;
  int best_epoch = 0;   ///< whose weights it has; 0: the last one's
  std::string weights;  ///< 16 digits of a hash of the final weights and states
  double seconds = 0;   ///< of training; no result depends on them

  bool is_done() const { return why.empty(); }
};

/// A result and the model that it is of.
struct FinishedRun {
  RunResult result;
  Model model;
};

/// Trains, and scores the final weights. Nothing: `stop` said so before the end. A loss that is not
/// finite is a result; what is wrong with the lesson or its data is thrown as Error.
std::optional<FinishedRun> run_training(const Source& lesson, const Score&, Dtype, int threads,
                                        const std::function<bool()>& stop,
                                        const Planted& planted = {});
/// As a run of that plan. `lesson`: its own, or that of the winner, trained anew.
std::optional<FinishedRun> run_training(const SweepPlan&, const Source& lesson,
                                        const std::function<bool()>& stop);

std::string hash_of_weights(const Model&);

}  // namespace tracer
