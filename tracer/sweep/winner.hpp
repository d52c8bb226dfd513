// The best setting of a sweep, judged once by test data that took no part in choosing it. Next:
// summary.hpp.
#pragma once

#include <optional>
#include <vector>

#include "tracer/sweep/folder.hpp"
#include "tracer/sweep/plan.hpp"
#include "tracer/sweep/statistics.hpp"

namespace tracer {

struct WinnerOnTest {
  int setting = 0;
  bool refitted = false;       ///< of a cross-validation: trained anew, with no fold held out
  std::vector<double> scores;  ///< of its model for each seed, or of the one trained anew
  std::optional<ConfidenceInterval>
      interval;     ///< over the seeds; of one model's share of right ones: Wilson's
  Metrics metrics;  ///< of the first model
  Model model;
};

/// Nothing where there are no test data, or they were used for choosing. A model that is not in the
/// folder (its runs came from another machine) is trained again. Throws what run_training throws;
/// nothing, too, where `stop` says so.
std::optional<WinnerOnTest> winner_on_test(const SweepPlan&, const SweepFolder&, int setting,
                                           const std::function<bool()>& stop = {});

}  // namespace tracer
