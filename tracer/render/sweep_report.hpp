// What a sweep's report has beside the table and the sentences of its page: what was run and what
// repeats it, and pictures. Next: sweep_page.hpp.
#pragma once

#include <functional>
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

/// What the first run of each setting says in the plane, side by side, in the order of the table: in a
/// browser alone. `model_of` gives a setting's report (see model_page.hpp); null: there is none. Empty
/// where the lesson's inputs are not two, or there are too many settings for a page.
Document boundaries_of_sweep(const SweepPlan&, const SweepSummary&,
                             const std::function<const ModelReport*(int setting)>& model_of);

/// The options, seeds and folds, the hash of the data, the version, and the lesson. In files alone.
Document settings_of_sweep(const SweepPlan&);

}  // namespace tracer
