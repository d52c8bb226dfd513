// The same computation in fewer, larger operations: what a training loop runs. softmax followed by
// cross_entropy becomes softmax_cross_entropy (which can't overflow), a product with a bias added
// becomes one affine operation, and what nobody needs is left out.
#pragma once

#include <span>
#include <vector>

#include "tracer/graph/rewrite.hpp"

namespace tracer {

/// Keeps every node of `needed` (the loss, predictions, next states, whatever is looked at), the
/// leaves, and the names of what stays. What is no longer computed has no image.
RewrittenGraph fuse(const Graph&, std::span<const NodeId> needed);

}  // namespace tracer
