// What a page need not say again. A remark at a line that stands there in the step before as well is
// said once; where it has changed since (a relu that was open is closed), it is said anew.
#pragma once

#include <vector>

#include "tracer/derive/document.hpp"

namespace tracer {

/// Takes from each step the remarks and derivations of rules that the step before it in `steps` has
/// at the same line, and the layout and notes that stand in an earlier one.
void leave_out_repeated(std::vector<DerivationStep>& steps);

}  // namespace tracer
