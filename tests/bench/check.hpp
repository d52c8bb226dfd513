// `./run bench check`: what the diagnosis of gradients finds, mistake by mistake.
#pragma once

#include "tests/diagnosis/diagnosis_measure.hpp"

namespace tracer::bench {

/// Measures at float64 and float32, and prints.
void check_bench(const planted::MeasureOptions&);

}  // namespace tracer::bench
