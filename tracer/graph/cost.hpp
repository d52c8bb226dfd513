// What it takes to compute a node, in multiplications: the one measure, for whoever ends a run or a
// search that would take too long. Next: cost.cpp.
#pragma once

#include "tracer/graph/graph.hpp"

namespace tracer {

/// What an operation that is no product takes for each entry. It depends on the scalar.
struct EntryCost {
  double elementary;
  double composite;
};
/// Over intervals an exponential is some ten multiplications, and softmax and its like are some
/// operations on each entry.
inline constexpr EntryCost over_intervals{4, 20};
/// Over floating point memory is what takes the time, whatever the operation.
inline constexpr EntryCost over_floats{1, 1};

/// About how many multiplications of its scalar a node takes; a leaf none.
double cost_of(const Graph&, NodeId, const EntryCost&);
/// All its nodes.
double cost_of(const Graph&, const EntryCost&);

}  // namespace tracer
