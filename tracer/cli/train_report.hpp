// The end of `tracer train`: the best weights come back, files are written, curves, scores and
// expectations shown. Next: ../render/training_page.hpp.
#pragma once

#include "tracer/cli/train_flags.hpp"
#include "tracer/cli/train_output.hpp"
#include "tracer/language/program.hpp"
#include "tracer/train/trainer.hpp"

namespace tracer::cli {

/// Goes on from flags.resume. Throws Error.
void resume(Trainer&, const TrainFlags&);

/// The step that --trace-step asked for.
void show_trace(const Trainer&, const TrainOutput&);

/// Everything after the last epoch. Returns the exit status: 1 where an expectation fails or the
/// loss was not finite. Throws Error where a file can't be written, after all has been shown.
int report_training(Trainer&, const Program&, TrainOutput&, const TrainFlags&, bool finite);

}  // namespace tracer::cli
