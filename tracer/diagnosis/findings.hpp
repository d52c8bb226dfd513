// An explanation in words: its mistakes, those that were made in several layers told once, with the
// wrong formula beside the right one.
#pragma once

#include "tracer/diagnosis/diagnosis.hpp"
#include "tracer/mistake/forward_mistakes.hpp"
#include "tracer/mistake/line_formulas.hpp"

namespace tracer {

/// `forward`: the mistake that the search's graph has in its forward pass; null: none.
Account account_of(Search&, Explanation&, const Program&, const ForwardMistake* forward);

/// The formulas of a mistake; Quantity::factor is one without a name.
/// Nothing where the sentence says it all, or nobody would read a formula as long as that.
std::optional<LineFormula> shown_formula(const LineFormulas&, const Explanation::Part&);

/// What the shape of a claim alone tells: a sum over the batch that was not taken.
std::vector<Finding> findings_of_shape(const BatchGraph&, const std::vector<Claim>&);

/// Tries some random points of the lesson's kind; both explanations are of that search.
Separation separate(Search&, const Program&, Explanation& first, Explanation& second);

}  // namespace tracer
