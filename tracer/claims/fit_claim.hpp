// One array of a claim in the shape of the lesson's value. A gradient whose shape betrays a mistake
// (a bias not summed over the batch, or summed over everything) is kept, not refused. Next:
// fit_shape.hpp.
#pragma once

#include <string>

#include "tracer/claims/claim.hpp"
#include "tracer/claims/named_arrays.hpp"
#include "tracer/language/program.hpp"

namespace tracer {

/// `source` is for messages. Throws Error where the shape neither fits nor is a known mistake.
Claim fit_claim(const NamedArray&, NodeId, bool gradient, const Program&, const BatchGraph&,
                const std::string& source);

}  // namespace tracer
