// What the graph of a batch tells of its prediction: where classes can be read off, and where the
// border between two of them is. Next: run/decision.hpp, which knows the targets too.
#pragma once

#include "tracer/language/program.hpp"

namespace tracer {

/// `rows`: samples are rows.
Output output_of(const BatchGraph&, bool rows);

}  // namespace tracer
