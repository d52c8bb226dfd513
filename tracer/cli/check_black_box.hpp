// tracer check --program COMMAND --params FILE: a program that has a loss of its own, of which there
// is no lesson. It is asked for its loss at points near the one that it is given, and its gradients
// are held against the differences.
#pragma once

#include <string>

#include "tracer/cli/check_claims.hpp"

namespace tracer::cli {

/// `entries`: of each parameter; "all", or empty for what takes some seconds. Exit status 0 right,
/// 1 an entry is wrong, 3 differences can't tell of any. Throws Error: no numbers, no loss in the
/// answer, a gradient that is missing or has another number of entries than its parameter.
int check_black_box(const ClaimFlags&, const ClaimView&, const std::string& entries);

}  // namespace tracer::cli
