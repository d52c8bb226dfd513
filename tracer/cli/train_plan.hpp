// `tracer train LESSON --plan N`: what up to N processes would give.
#pragma once

#include "tracer/cli/train_flags.hpp"
#include "tracer/language/program.hpp"
#include "tracer/ranks/ranks.hpp"
#include "tracer/train/trainer.hpp"

namespace tracer::cli {

/// Measures, and prints the table (the first process does). Returns the exit status.
int plan_training(const Program&, TrainerOptions, const TrainFlags&, Ranks*);

}  // namespace tracer::cli
