// tracer check --claimed --wrt W1: of all that is claimed, what is to be judged.
#pragma once

#include <string>
#include <vector>

#include "tracer/claims/claim.hpp"
#include "tracer/language/program.hpp"

namespace tracer {

/// Leaves the claims about these names, in the lesson's spelling; all of them where no name is
/// given. What is claimed of other parameters is not asked about, and counts as neither missing nor
/// ignored. Throws Error: a name that the lesson has not, or of which nothing is claimed.
void restrict_claims(Claims&, const std::vector<std::string>& names, const Program&,
                     const BatchGraph&);

}  // namespace tracer
