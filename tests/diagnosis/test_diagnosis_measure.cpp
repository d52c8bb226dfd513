// The measure of the diagnosis (`./run bench check`) at a small size: what a release must reach.
#include "tests/catch.hpp"
#include "tests/diagnosis/diagnosis_measure.hpp"

using namespace tracer::planted;

namespace {

void check_measure(bool single, double named) {
  MeasureOptions options;
  options.networks = 1;
  options.seed = 2;
  options.single = single;
  const Measured measured = measure_diagnosis(options);
  INFO(table_of(measured));
  const Counts all = measured.all();
  CHECK(measured.kinds.size() == fault_kinds().size());
  CHECK(all.planted >= 55);
  CHECK(all.detected == all.planted);
  CHECK(all.first + all.among >= named * all.planted);
  CHECK(measured.pairs.planted >= 12);
  CHECK(measured.pairs.detected == measured.pairs.planted);
  CHECK(measured.pairs.first + measured.pairs.among >= 0.8 * measured.pairs.planted);
  CHECK(measured.correct >= 12);
  CHECK(measured.false_alarms == 0);
}

}  // namespace

TEST_CASE("measure: at float64 every mistake is seen and at least 95 % named, none is invented",
          "[diagnosis][measure]") {
  check_measure(false, 0.95);
}

TEST_CASE("measure: at float32 every mistake is seen and at least 90 % named, none is invented",
          "[diagnosis][measure]") {
  check_measure(true, 0.9);
}

TEST_CASE("measure: the measure is the same for the same seed, and knows a miss", "[measure]") {
  MeasureOptions options;
  options.networks = 2;
  options.only = "activation_for_slope";
  const Counts once = measure_diagnosis(options).all();
  const Counts again = measure_diagnosis(options).all();
  CHECK(once.planted == 2);
  CHECK(once.first == again.first);
  CHECK(once.missed() == 0);
  const Counts none{3, 3, 1, 1};
  CHECK(none.missed() == 1);
}
