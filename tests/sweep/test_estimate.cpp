// How long a sweep will take: in words, and where its runs may end early.
#include "tests/catch.hpp"
#include "tests/lessons/run_program.hpp"
#include "tests/sweep/sweeps.hpp"
#include "tracer/sweep/estimate.hpp"

namespace tracer {

TEST_CASE("a sweep's time is a range in words", "[sweep]") {
  const auto words = [](double least, double most, int jobs) {
    return text_of({.least = least, .most = most, .tried = jobs, .jobs = jobs});
  };
  CHECK(words(0.2, 0.9, 1) ==
        "It will take less than a second with 1 job, as some steps of a run say.");
  CHECK(words(1.23, 2, 2) ==
        "It will take about 1.2 to 2 s with 2 jobs, as some steps of 2 settings say.");
  CHECK(has(words(150, 270, 2), "about 2.5 to 4.5 min with"));
  CHECK(has(words(661, 664, 2), "about 11 min with"));
  CHECK(has(words(3600, 36000, 2), "about 1 to 10 h with"));
}

TEST_CASE("of each setting it is known how much there is to compute", "[sweep]") {
  const SweepPlan plan = test::plan_of_rings({{"h", {"2", "50"}}, {"batch_size", {"1", "45"}}}, 1);
  REQUIRE(plan.sizes.size() == 4);
  CHECK(plan.sizes[0].epochs == 3);
  CHECK(plan.sizes[0].least_epochs == 3);
  CHECK(plan.sizes[1].work < plan.sizes[0].work);  // fewer steps
  CHECK(plan.sizes[1].work < plan.sizes[3].work);  // fewer units
  const SweepPlan ending = plan_of(test::request_of(
      test::rings_lesson(
          "adam(lr=0.05), batch_size=20, epochs=40, early_stopping=true, patience=4"),
      {{"optimizer", {"adam", "lbfgs"}}}, 1));
  CHECK(ending.sizes[0].least_epochs == 5);
  CHECK(ending.sizes[0].iterations == 0);
  CHECK(ending.sizes[1].iterations == 20);
}

TEST_CASE("a sweep's time: more for more runs, less where runs may end early", "[sweep]") {
  const std::string train = "adam(lr=0.05), batch_size=1, epochs=2000";
  const auto estimate = [&](const std::string& more, int seeds) {
    return estimate_of(
        plan_of(test::request_of(test::rings_lesson(train + more), {{"h", {"2", "5"}}}, seeds)), 1,
        0.3);
  };
  const SweepEstimate whole = estimate("", 2);
  CHECK(whole.tried == 2);
  CHECK(whole.jobs == 1);
  CHECK(whole.most > whole.least);
  CHECK(whole.most < 2 * whole.least);
  CHECK(estimate("", 40).least > 2 * whole.most);  // 20 times as many runs
  const SweepEstimate ending = estimate(", early_stopping=true", 2);
  CHECK(ending.most > 20 * ending.least);  // 11 epochs at least, 2000 at most
}

}  // namespace tracer
