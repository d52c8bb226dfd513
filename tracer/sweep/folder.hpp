// Where a sweep is kept, so that it can be stopped, killed, gone on with, and shared by machines:
//
//   sweep.json             what was asked for: the lesson, the options, hashes of lesson and data
//   runs.csv               a line for each run that has ended, appended and synced
//   runs/KEY/              its lesson, its history, its model
//   results.csv            a line for each setting, in scikit-learn's column names
//
// Lines of runs.csv of several machines may be put together (cat): a line says by its key which run
// it is. Next: sweep.hpp, which runs what is missing.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "tracer/sweep/plan.hpp"
#include "tracer/sweep/run.hpp"

namespace tracer {

/// The results there are, by the key of their run.
using Results = std::map<std::string, RunResult, std::less<>>;

class SweepFolder {
 public:
  enum class Take { fresh, resume, shared };
  /// fresh: makes it; resume: goes on with it, or makes it; shared: the same, for one of several
  /// processes. Throws Error: fresh, but there is a sweep; another lesson, other data, another
  /// version (what differs is said); a file that can't be read or written.
  SweepFolder(std::filesystem::path, const SweepPlan&, Take);

  const std::filesystem::path& path() const { return path_; }
  const Results& results() const { return results_; }

  /// Keeps a run: its files first, then its line. Throws Error naming the file (a full disk);
  /// nothing half-written stays.
  void add(const PlannedRun&, const std::string& setting, const FinishedRun&);
  /// What other processes have added.
  void read_again();

  Model model_of(const std::string& key) const;

 private:
  void require_same(const SweepPlan&) const;
  void write_description(const SweepPlan&) const;

  std::filesystem::path path_;
  Results results_;
};

/// A line of runs.csv, without its end, and the first line. Numbers are the shortest that read back
/// as the same double.
std::string line_of(const PlannedRun&, const std::string& setting, const RunResult&);
std::string head_of_runs();
/// Lines that are no whole result are left out: one that was cut off by a kill, a repeated first
/// line. Of equal keys the first counts.
Results results_in(std::string_view text);

}  // namespace tracer
