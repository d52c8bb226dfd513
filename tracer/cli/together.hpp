// A command under mpirun: the processes begin and end as one, and the first alone is heard.
#pragma once

#include <functional>

#include "tracer/ranks/ranks.hpp"

namespace tracer::cli {

/// Runs a command with the processes that were started with this one (null: it is alone), and waits for
/// them at the end. All but the first are silent; what one of them throws is said all the same, and ends
/// the others. Returns the exit status: that of the first, 0 in the others. Throws what `body` throws.
int with_others(const std::function<int(Ranks*)>& body);

/// Whether this process is the one that is heard, and that writes files: alone, or the first.
inline bool is_first(const Ranks* ranks) { return ranks == nullptr || ranks->is_first(); }

/// What each process does by itself before they work together: what fails in one fails in all, and is
/// said once.
void agree(Ranks*, const std::function<void()>& preparation);

}  // namespace tracer::cli
