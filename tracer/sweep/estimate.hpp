// How long a sweep will take, before it is run: a few steps of a few of its runs tell. Next:
// plan.hpp, what is to be run.
#pragma once

#include <string>

#include "tracer/sweep/plan.hpp"

namespace tracer {

/// Of all runs of a plan, with so many at a time.
struct SweepEstimate {
  double least =
      0;  ///< seconds; where a run may end before its last epoch, all of them do so at once
  double most = 0;  ///< seconds; every run goes to its last epoch
  int tried = 0;    ///< settings of which some steps were run
  int jobs = 1;
};

/// Trains for `seconds` in all (and for as long as data are read and the first steps take): the
/// setting with the least to compute, the one with the most, then others between them. `jobs` runs
/// at a time, as the sweep will have them, for they slow each other down. Nothing is kept. Throws
/// what loading a lesson throws.
SweepEstimate estimate_of(const SweepPlan&, int jobs, double seconds = 1.5);

/// "It will take about 3 to 5 min with 2 jobs, as some steps of 6 settings say."
std::string text_of(const SweepEstimate&);

}  // namespace tracer
