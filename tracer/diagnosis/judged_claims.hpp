// One claimed array against what it should be: how near, by which factor, and which entries are
// off; and whether the digits of all of them can tell anything: which gradients are wrong, whether
// they speak for an explanation, whether rounding leaves so much open that a wrong one would not be
// seen.
#pragma once

#include "tracer/diagnosis/diagnosis.hpp"
#include "tracer/diagnosis/prepare.hpp"

namespace tracer {

JudgedClaim judge(const Claim&, Expected truth, const FactorNames&);

/// All that is claimed, values in the order of the lesson, then gradients from the loss down. Of
/// several points an array is right where it is right at all of them.
std::vector<JudgedClaim> judged(Search&, const Prepared&);

/// The claimed gradients that are wrong, but for those of another shape; where there are none, those
/// that are right, but disturbed.
std::vector<const JudgedClaim*> gradients_to_explain(const std::vector<JudgedClaim>&);

/// What leaves open so much of every gradient that a wrong one would be taken for it.
enum class Hidden { nothing, by_rounding, by_few_digits };
Hidden what_hides(const std::vector<JudgedClaim>&);

/// A program that answers with the same gradients wherever it is asked has not read what it was
/// asked: no mistake in its formulas would explain its answers. Whether every gradient is claimed to
/// be the same at all points (two or more), though the right ones are not. (Of a loss that is linear
/// in its parameters they may be; and zeros everywhere may have been computed, by a mistake that has
/// a name.)
bool always_the_same(const Question&);

}  // namespace tracer
