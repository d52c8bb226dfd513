// --detail ops: the graph with every elementary operation as a line of its own.
#pragma once

#include "tracer/language/program.hpp"

namespace tracer {

/// The same graph with composite operations taken apart and every node named: t1, t2, ... (what was
/// named keeps its name). Broadcasts and numbers stay parts of the line that uses them.
BatchGraph elementary(const BatchGraph&);

}  // namespace tracer
