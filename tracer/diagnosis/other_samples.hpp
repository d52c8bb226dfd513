// Right gradients, but of other samples than those of the step: of one alone, of all of them, of
// the next. Looked at where no mistake of the chain rule fits.
#pragma once

#include <optional>

#include "tracer/diagnosis/diagnosis.hpp"

namespace tracer {

/// Nothing: they are not, or the lesson has no data, or too many to look through.
std::optional<Account> account_of_other_samples(const Question&);

}  // namespace tracer
