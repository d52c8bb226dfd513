// Whether the digits of a claim can tell anything: which gradients are wrong, whether they speak
// for an explanation, and whether rounding leaves so much open that a wrong one would not be seen.
#pragma once

#include <vector>

#include "tracer/diagnosis/array_verdict.hpp"

namespace tracer {

/// The claimed gradients that are wrong, but for those of another shape.
std::vector<const ArrayVerdict*> wrong_gradients(const std::vector<ArrayVerdict>&);

/// Whether what is claimed speaks for the mistakes: by how many digits in all they come nearer to
/// it than the right gradients do, where rounding leaves those digits, against what the choice of
/// the mistakes and of their factors takes. With few digits and enough mistakes anything can be
/// explained.
bool is_told(Search&, Explanation&, const std::vector<const ArrayVerdict*>& wrong);

/// What leaves open so much of every gradient that a wrong one would be taken for it.
enum class Hidden { nothing, by_rounding, by_few_digits };
Hidden what_hides(const std::vector<ArrayVerdict>&);

}  // namespace tracer
