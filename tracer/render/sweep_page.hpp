// A sweep as a page: the table of its settings, and the sentences that say how far it can be
// believed. Next: ../sweep/summary.hpp.
#pragma once

#include <optional>
#include <string>

#include "tracer/render/blocks.hpp"
#include "tracer/sweep/plan.hpp"
#include "tracer/sweep/summary.hpp"
#include "tracer/sweep/winner.hpp"

namespace tracer {

/// Nothing on it depends on how long the runs took, or in which order they ended.
Document page_of(const SweepPlan&, const SweepSummary&, const std::optional<WinnerOnTest>&);

/// What would be run: the settings, and how many trainings they are.
Document page_of(const SweepPlan&);

/// "97.82 %", "0.2817": a score as the table has it.
std::string score_text(Score::Kind, double);

/// "schema": 1; the settings with their scores, intervals, differences and verdicts, the sentences.
std::string sweep_json(const SweepPlan&, const SweepSummary&, const std::optional<WinnerOnTest>&);

}  // namespace tracer
