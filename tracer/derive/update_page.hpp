// The update on a page: the optimiser's lines with the numbers in them, what they did to the loss,
// and how far rounded working has drifted.
#pragma once

#include "tracer/derive/page.hpp"

namespace tracer {

void write_update(const PageContext&, const StepRecord&, const StepRecord* exact, DerivationStep&);

}  // namespace tracer
