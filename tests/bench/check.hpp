// `./run bench check`: what the diagnosis of gradients finds, mistake by mistake.
#pragma once

#include "tests/diagnosis/diagnosis_measure.hpp"
#include "tests/diagnosis/random_claims.hpp"

namespace tracer::bench {

/// Measures at float64 and float32, and prints.
void check_bench(const planted::MeasureOptions&);
/// Right and wrong gradients in all roundings: how many are called wrong, passed, named falsely.
void random_claims_bench(const planted::RandomClaimOptions&);

}  // namespace tracer::bench
