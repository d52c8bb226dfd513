// Successive halving (Jamieson & Talwalkar 2016, "Non-stochastic Best Arm Identification and
// Hyperparameter Optimization", with one of three that goes on, as scikit-learn's HalvingGridSearchCV):
// all settings are trained for a few epochs, the best third of them for three times as many, from the
// start again, and so on, until at most three are left, which are trained to the end.
//
//   27 settings, 30 epochs:   27 for 3 epochs → 9 for 10 → 3 for 30
//
// What is given out is epochs, and not samples: so every rung is judged by the same samples, and the
// seeds and folds pair its runs with those of other settings; and the last rung is word for word what
// a sweep without halving trains, so that the one can go on where the other ended. A run begins anew
// in each rung, for the lesson of a run says all of it (a schedule over all epochs, too); that costs
// half as much again at the most. A search of one epoch (lbfgs) gets iterations in their place.
#pragma once

#include <vector>

#include "tracer/sweep/folder.hpp"
#include "tracer/sweep/plan.hpp"

namespace tracer {

/// How many rungs there will be: as many as it takes until at most `halving` settings are left, and
/// no more than the epochs can be divided into. 1 without halving. Throws Error: too few settings or
/// epochs for two rungs; epochs among the options.
int rung_count_of(const SweepPlan&);

/// Of how many settings the rungs are; those that come to the same lesson count once, and go on
/// together.
std::vector<int> rung_sizes(const SweepPlan&);

/// Epochs of a setting in a rung; of a search of one epoch its iterations.
int resources_of(const SweepPlan&, int setting, int rung);
/// Its lesson there, without seed and fold.
Source lesson_in_rung(const SweepPlan&, int setting, int rung);

/// The runs of these settings in one more rung.
void add_rung(SweepPlan&, std::vector<int> settings);

/// With all results of the last rung so far: adds the next, of those with the best means. False: it was
/// the last, or none of its settings has all its runs done.
bool add_next_rung(SweepPlan&, const Results&);

}  // namespace tracer
