// The lesson that `tracer train` runs: a file, what --layers stands for, or what a checkpoint
// holds, with the flags written into its train line. What is saved, shown and resumed is this text,
// so that it always says what was run. Next: train.cpp.
#pragma once

#include <string>

#include "tracer/cli/train_flags.hpp"
#include "tracer/language/source.hpp"

namespace tracer::cli {

/// Throws Error: neither a lesson nor --layers, or both; flags of a network for a lesson that has
/// one.
Source training_lesson(const TrainFlags&);

/// The same lesson with these options in its train line, in place of what stands there; all lines
/// keep their numbers. A lesson with mistakes or without a train line comes back as it is: whoever
/// runs it will say so.
Source with_training(const Source&, const TrainFlags::Training&);

}  // namespace tracer::cli
