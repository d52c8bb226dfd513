// One claimed array against what it should be: how near, by which factor, and which entries are
// off.
#pragma once

#include "tracer/diagnosis/diagnosis.hpp"
#include "tracer/diagnosis/prepare.hpp"

namespace tracer {

ArrayVerdict judge(const Claim&, Expected truth, const FactorNames&);

/// All that is claimed, values in the order of the lesson, then gradients from the loss down. Of
/// several points an array is right where it is right at all of them.
std::vector<ArrayVerdict> judged(Search&, const Prepared&);

}  // namespace tracer
