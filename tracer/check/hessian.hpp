// Second derivatives. The backward pass is itself a graph (graph/backward.hpp); run backward once more
// it gives Hessian-vector products:
//
//   g(w) = ∂L/∂w        H·v = ∂⟨g, v⟩/∂w
//
// which are checked against differences of gradients, (g(w + hv) − g(w − hv))/2h, and for symmetry:
// ⟨u, H·v⟩ = ⟨v, H·u⟩. (Pearlmutter 1994 has the product by a forward pass over the backward one;
// this is the other order of the same.)
#pragma once

#include "tracer/check/exact_check.hpp"
#include "tracer/check/gradient_report.hpp"

namespace tracer {

/// H·v in a random direction v (of every wrt at once), entry by entry against the difference of
/// gradients, and the symmetry of H in two. Throws Undecided at the limit.
GradientReport check_second_order(const std::function<ExactPoint(Working)>& at,
                                  const ExactCheckOptions&);

}  // namespace tracer
