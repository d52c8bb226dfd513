#include "tests/bench/check.hpp"

#include <fmt/format.h>

namespace tracer::bench {

void check_bench(const planted::MeasureOptions& options) {
  for (const bool single : {false, true}) {
    planted::MeasureOptions here = options;
    here.single = single;
    fmt::print("{}\n", single ? "float32" : "float64");
    fmt::print("{}\n", planted::table_of(planted::measure_diagnosis(here)));
  }
}

void random_claims_bench(const planted::RandomClaimOptions& options) {
  fmt::print("{}", planted::table_of(planted::measure_random_claims(options)));
}

}  // namespace tracer::bench
