// What a sweep has shown, as a table that can be believed: means with intervals, differences of runs
// that had the same seed and fold, verdicts in words; how many different models there were; and what
// the figures do not bear. It depends on the results alone, not on the order in which they came.
// Next: ../render/sweep_page.hpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tracer/sweep/folder.hpp"
#include "tracer/sweep/plan.hpp"
#include "tracer/sweep/statistics.hpp"

namespace tracer {

enum class Verdict {
  best,
  alike,  ///< the interval of the difference holds 0
  worse,
  better,  ///< than a baseline
  baseline,
  untold,  ///< one run: nothing tells what is chance
  failed   ///< a run of it has failed
};

/// A setting with all its runs.
struct SettingRow {
  int setting = 0;
  int rank = 0;  ///< from 1; those with the same mean share one; 0: a run failed or is missing
  int rung = 0;  ///< of a halving: the last that it is in, from 0; what follows is of that
  bool is_out = false;  ///< of the halving, before it was trained to the end
  int done = 0, failed = 0, missing = 0;
  std::vector<double> scores;  ///< of the runs that are done, in the order of the plan
  double mean = 0;             ///< NaN without any
  std::optional<ConfidenceInterval> interval;
  /// To the reference, over the runs that both have; of one that went out: in its last rung.
  double difference = 0;
  std::optional<ConfidenceInterval> difference_interval;
  Verdict verdict = Verdict::untold;
  std::string why;  ///< of the first that failed
  double epochs = 0;
  long long parameters = 0;
};

struct SweepSummary {
  std::vector<SettingRow> rows;      ///< the best first, in the end those with failed runs
  int best = -1;                     ///< a setting; −1: none has all its runs
  int reference = -1;                ///< what differences are to: the baseline, else the best
  std::vector<std::size_t> varying;  ///< options that have several values among the settings
  std::string honesty;               ///< how many runs, how many different models
  std::vector<std::string>
      unchanged;  ///< options that changed nothing, or nothing in some settings
  std::vector<std::string> warnings;
};

/// `baseline`: a setting. Throws Error where no run has ended.
SweepSummary summary_of(const SweepPlan&, const Results&, std::optional<int> baseline = {});

/// The setting of which "lr=0.02, batch_size=64" (all options, or those that single one out) tells.
/// Throws Error where it tells of none, or of several.
int setting_called(const SweepPlan&, std::string_view text);

/// A line for each setting, of a halving for each setting in each rung, in the column names of scikit-learn's cv_results_: mean_fit_time,
/// std_fit_time, param_NAME, params (JSON), split0_test_score, ..., mean_test_score, std_test_score
/// (of n, as there), rank_test_score (of a halving that of the setting, in each of its lines; before
/// all iter, the rung from 0, and n_resources, its epochs). Scores of which less is better are negative, as there.
std::string results_csv(const SweepPlan&, const Results&);

}  // namespace tracer
