// A gradient check as a page: a line a parameter, the corners, the worst entries where something is
// wrong, and a verdict; and how good a difference is for which step, as a table and as a plot.
#pragma once

#include <string>

#include "tracer/check/gradient_report.hpp"
#include "tracer/check/step_errors.hpp"
#include "tracer/render/blocks.hpp"

namespace tracer {

/// `digits`: significant digits of values.
Document page_of(const GradientReport&, int digits);
Document page_of(const StepErrorsTable&, int digits);
/// Objects with "schema": 1.
std::string to_json(const GradientReport&, int digits);
std::string to_json(const StepErrorsTable&, int digits);

}  // namespace tracer
