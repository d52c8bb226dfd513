// An explanation in words: its mistakes, those that were made in several layers told once, with the
// wrong formula beside the right one.
#pragma once

#include "tracer/diagnosis/diagnosis.hpp"
#include "tracer/diagnosis/forward_mistakes.hpp"

namespace tracer {

/// `forward`: the mistake that the search's graph has in its forward pass; null: none.
Account account_of(Search&, Explanation&, const Program&, const ForwardMistake* forward);

/// What a mistake made of a gradient, and what belongs there. Leaves are values, by their names;
/// gradients, by their nodes; a factor without a name.
struct ShownFormula {
  NodeId of = -1;     ///< whose gradient it is
  bool part = false;  ///< several lines use it, and this is what one of them sends it
  Symbol wrong{0};
  Symbol right{0};
};
/// Nothing where the sentence says it all, or nobody would read a formula as long as that.
std::optional<ShownFormula> shown_formula(Catalogue&, const Program&, const Explanation::Part&);

/// What the shape of a claim alone tells: a sum over the batch that was not taken.
std::vector<Finding> findings_of_shape(const BatchGraph&, const std::vector<Claim>&);

}  // namespace tracer
