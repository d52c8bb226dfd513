// What `tracer check` prints of a gradient check: a line a parameter, the corners, the worst
// entries where something is wrong, and a verdict. Next: check.cpp.
#pragma once

#include <string>

#include "tracer/check/gradient_report.hpp"
#include "tracer/text/style.hpp"

namespace tracer::cli {

/// `digits`: significant digits of values.
std::string to_text(const GradientReport&, int digits, const Style&);
/// An object with "schema": 1.
std::string to_json(const GradientReport&, int digits);

}  // namespace tracer::cli
