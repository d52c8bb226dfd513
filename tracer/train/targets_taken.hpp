// Whether the losses of a lesson take the targets that its data have: bce those from 0 to 1, hinge -1
// and 1. Next: trainer.hpp, which asks before the first step.
#pragma once

#include "tracer/language/program.hpp"

namespace tracer {

/// Throws Error for targets that a loss does not take: what it takes, how many are others, and what
/// to write.
void check_targets(const Program&);

}  // namespace tracer
