// Second derivatives. The backward pass is itself a graph, made of the operations' own rules; run
// backward once more it gives Hessian-vector products:
//
//   g(w) = ∂L/∂w        H·v = ∂⟨g, v⟩/∂w
//
// which are checked against differences of gradients, (g(w + hv) − g(w − hv))/2h, and for symmetry:
// ⟨u, H·v⟩ = ⟨v, H·u⟩. (Pearlmutter 1994 has the product by a forward pass over the backward one;
// this is the other order of the same.)
#pragma once

#include <map>
#include <span>

#include "tracer/check/exact_check.hpp"
#include "tracer/check/gradient_report.hpp"

namespace tracer {

/// A graph and, behind it, its backward pass as nodes: the node of each adjoint.
struct BackwardPass {
  Graph graph;                       ///< the forward pass has the ids that it had
  std::map<NodeId, NodeId> adjoint;  ///< of every node between wrt and result
  NodeId start = -1;                 ///< the adjoint of the result itself
};
/// `seed`: the node that is the result's adjoint; −1: all ones.
BackwardPass backward_pass(const Graph&, NodeId result, NodeId seed, std::span<const NodeId> wrt);

/// H·v in a random direction v (of every wrt at once), entry by entry against the difference of
/// gradients, and the symmetry of H in two. Throws Undecided at the limit.
GradientReport check_second_order(const std::function<ExactPoint(Working)>& at,
                                  const ExactCheckOptions&);

}  // namespace tracer
