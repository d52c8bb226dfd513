// An explanation in words: its mistakes, those that were made in several layers told once, with the
// wrong formula beside the right one.
#pragma once

#include "tracer/check/diagnosis/diagnosis.hpp"
#include "tracer/check/diagnosis/forward_mistakes.hpp"

namespace tracer {

/// `forward`: the mistake that the search's graph has in its forward pass; null: none.
Account account_of(Search&, Explanation&, const Program&, const ForwardMistake* forward);

/// What the shape of a claim alone tells: a sum over the batch that was not taken.
std::vector<Finding> findings_of_shape(const BatchGraph&, const std::vector<Claim>&);

}  // namespace tracer
