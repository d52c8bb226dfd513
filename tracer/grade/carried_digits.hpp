// Digits that were carried on and not written. Of right numbers they are known; of a number that is
// the writer's own it is only known that it rounds to what is written. So a line that is computed from such
// numbers may be off by what half a unit of their last digits makes of it. Next: page_marks.hpp.
#pragma once

#include <functional>

#include "tracer/grade/slips.hpp"

namespace tracer {

/// By how much the entries of a line may differ from what comes of the numbers as they are written:
/// to first order, for those of them that are the writer's own (`is_own`: written, and not right). 0 where there are
/// none. The line must be on the pages.
Array<double> carried_digits(PageWorking& own, const PageLine&,
                             const std::function<bool(const PageLine&)>& is_own);

}  // namespace tracer
