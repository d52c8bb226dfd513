// What a sweep's report has beside the table and the sentences of its page: what was run and what
// repeats it, and pictures. Next: sweep_page.hpp.
#pragma once

#include <map>
#include <string>

#include "tracer/render/blocks.hpp"
#include "tracer/render/model_page.hpp"
#include "tracer/sweep/plan.hpp"
#include "tracer/sweep/summary.hpp"
#include "tracer/train/history.hpp"

namespace tracer {

/// The histories of runs, by their key.
using Histories = std::map<std::string, History, std::less<>>;

/// Scores by two options as a heat map (of three, one for each value of the option with the fewest),
/// the scores of each setting by seed and fold, the curves of all runs: in a browser alone; and these
/// scores as a table, in all files. What it is made of must live as long.
Document pictures_of_sweep(const SweepPlan&, const SweepSummary&, const Results&, const Histories&);

/// Scores, confusion matrix and ranking of the best setting's model (see model_page.hpp). `which`: "the
/// best setting, lr=0.1, with seed 0". In files alone. The report must live as long.
Document best_model_of_sweep(const std::string& which, const ModelReport&);

/// The options, seeds and folds, the hash of the data, the version, and the lesson. In files alone.
Document settings_of_sweep(const SweepPlan&);

}  // namespace tracer
