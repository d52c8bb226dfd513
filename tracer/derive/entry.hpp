// --wrt 'W2[3,5]': one entry of a gradient, however large: the sum that makes it, its largest terms
// first.
#pragma once

#include "tracer/derive/page.hpp"

namespace tracer {

/// Adds the explanation to the page's chains. Throws Error where there is no such entry.
void explain_entry(const PageContext&, const StepRecord&, const std::string& name,
                   std::pair<int, int> entry, DerivationStep&);

}  // namespace tracer
