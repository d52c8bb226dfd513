// A program that answers with the same gradients wherever it is asked has not read what it was
// asked: no mistake in its formulas would explain its answers. Next: diagnosis.hpp.
#pragma once

#include "tracer/diagnosis/diagnosis.hpp"

namespace tracer {

/// Whether every gradient is claimed to be the same at all points (two or more), though the right
/// ones are not. (Of a loss that is linear in its parameters they may be; and zeros everywhere may
/// have been computed, by a mistake that has a name.)
bool always_the_same(const Question&);

}  // namespace tracer
