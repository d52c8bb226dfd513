// The flags of `tracer sweep`, and what they ask for. Next: sweep.cpp, which runs it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tracer/cli/train_flags.hpp"
#include "tracer/sweep/plan.hpp"
#include "tracer/sweep/sweep.hpp"

namespace tracer::cli {

struct SweepFlags {
  TrainFlags train;  ///< the lesson or the network, and what is the same in all settings
  std::vector<std::string> layers;  ///< of networks: --layers A --layers B
  std::vector<std::string> set, notes;
  int seeds = 1;
  bool zip = false, halving = false;
  std::optional<int> random, folds, jobs, threads;
  std::string baseline, score, score_on = "validation";
  bool dry_run = false, resume = false, quiet = false;
  std::string shard, out, report;
  Output output;
};

Flags sweep_flags(SweepFlags&);

/// Throws Error: neither a lesson nor layers, or both; an option that is none; what else plan_of
/// does not find out by itself.
SweepRequest sweep_request(const SweepFlags&);

/// How many runs at the same time: as many as the cores have threads for, where nothing is said.
int jobs_of(const SweepFlags&, const SweepPlan&);

/// "2/8"; what OpenMPI or Slurm say of this process where nothing is given. Throws Error.
Shard shard_of(const std::string& text);

}  // namespace tracer::cli
