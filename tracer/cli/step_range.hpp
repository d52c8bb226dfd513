// --samples 2, --samples 1-3: which steps of a lesson are meant.
#pragma once

#include <string>

#include "tracer/derive/derive.hpp"

namespace tracer::cli {

/// Throws Error where that says no range of steps from 1 on.
void set_step_range(const std::string& text, DeriveOptions&);
/// A whole number from 1 on, of that flag. Throws Error.
long long whole_number(std::string_view text, std::string_view flag);

}  // namespace tracer::cli
