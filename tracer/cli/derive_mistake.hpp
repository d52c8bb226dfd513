// tracer derive --mistake: a lesson derived with a mistake in it, beside the right derivation.
#pragma once

#include <string>

#include "tracer/cli/output.hpp"
#include "tracer/derive/derive.hpp"

namespace tracer::cli {

/// `mistake`: the id of a kind, as planted_mistakes has it; or a line, "z1" or "dL/dz1": then all the
/// mistakes that can be made in its gradient. Throws Error: there is none of that name.
void derive_with_mistake(const Program&, const DeriveOptions&, const std::string& mistake,
                         const PageParts&, const Output&);

}  // namespace tracer::cli
