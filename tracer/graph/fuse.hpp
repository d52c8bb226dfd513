// The same computation in fewer, larger operations: what a training loop runs. softmax followed by
// cross_entropy becomes softmax_cross_entropy (which can't overflow), a product with a bias added
// becomes one affine operation, and what nobody needs is left out.
#pragma once

#include <span>
#include <vector>

#include "tracer/graph/graph.hpp"

namespace tracer {

struct FusedGraph {
  Graph graph;
  std::vector<NodeId> image;  ///< of each node of the original: its node here, or −1 where it is no
                              ///< longer computed
};

/// Keeps every node of `needed` (the loss, predictions, next states, whatever is looked at), the
/// leaves, and the names of what stays.
FusedGraph fuse(const Graph&, std::span<const NodeId> needed);

}  // namespace tracer
