// A batch's graph made anew (graph/rewrite.hpp): leaves, lines, places and purposes move along.
#pragma once

#include "tracer/graph/rewrite.hpp"
#include "tracer/language/program.hpp"

namespace tracer {

/// The batch with another graph in place of its own; every node but unnamed parts must have an
/// image.
BatchGraph remake(const BatchGraph&, RewrittenGraph);

}  // namespace tracer
