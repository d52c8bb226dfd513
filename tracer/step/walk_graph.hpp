// The computation graph beside a walk: it fills as the walk goes on, and the node that the walk is
// at stands out, with those that its line is made of.
#pragma once

#include <vector>

#include "tracer/step/walk.hpp"

namespace tracer {

/// As much of it as fits, at most `rows` rows, with the active node in sight.
std::vector<ScreenRow> graph_rows(const Walk&, int columns, int rows, const Style&);

}  // namespace tracer
