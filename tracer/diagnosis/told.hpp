// Whether a story may be told. With few digits and enough mistakes to choose from anything can be
// explained, and some numbers say less than their digits: those that follow from each other, those
// of a saturated net, which are 0 or 1, those that another formula gives nearly as well. Next:
// diagnosis.hpp.
#pragma once

#include "tracer/diagnosis/diagnosis.hpp"

namespace tracer {

/// Whether what is claimed speaks for the mistakes: by how many digits in all they come nearer to
/// it than the right gradients do, where rounding leaves those digits, against what the choice of
/// the mistakes and of their factors takes. `digits_before`: what choosing another forward pass has
/// taken already; 0: none was.
bool is_told(Search&, Explanation&, const std::vector<const JudgedClaim*>& wrong,
             double digits_before = 0);

/// Whether the claim tells the mistakes from all that could stand in their places: whatever it is, it
/// is several times as far away from the claim. In two numbers of three digits, where z is small,
/// 1 − tanh² z, 1 − z² and 1/(1 + z²) are one number.
bool stands_out(Search&, Explanation&, const std::vector<const JudgedClaim*>& wrong);

/// Whether both give these gradients alike, to the last digits: one formula in two wordings.
bool give_the_same(Search&, Explanation&, Explanation&,
                   const std::vector<const JudgedClaim*>& wrong);

}  // namespace tracer
