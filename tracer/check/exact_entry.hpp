// One entry of a gradient over Exact against its central difference; on a corner against the slopes
// of both sides. exact_check.hpp does so for all entries.
#pragma once

#include <optional>

#include "tracer/check/judge.hpp"
#include "tracer/check/moved_run.hpp"

namespace tracer {

/// What became of it: nothing where it takes more bits, and with them a smaller step.
struct ExactEntry {
  std::optional<CheckedEntry> found = {};
  bool crossed = false;  ///< nothing, because the step comes to the other side of a corner
};

/// `entry` of the value that `run` has chosen, with its gradient and what else is known of that
/// (row, column, unit, terms). `scale`: the size of all gradients, by which what is about 0 is
/// measured.
ExactEntry check_exact_entry(MovedRun<Exact>& run, CheckedEntry entry, double scale, Working);

}  // namespace tracer
