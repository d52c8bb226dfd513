// What `tracer check --errors-by-h` prints: how good a difference is for which step, as a table and
// as a plot. Next: check.cpp.
#pragma once

#include <string>

#include "tracer/check/step_errors.hpp"
#include "tracer/text/style.hpp"

namespace tracer::cli {

std::string to_text(const StepErrorsTable&, int digits, const Style&);
/// An object with "schema": 1.
std::string to_json(const StepErrorsTable&, int digits);

}  // namespace tracer::cli
