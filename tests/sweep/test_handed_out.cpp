// Runs that the first of several processes hands out.
#include <atomic>

#include "tests/catch.hpp"
#include "tests/lessons/run_program.hpp"
#include "tests/ranks/thread_ranks.hpp"
#include "tests/sweep/sweeps.hpp"
#include "tracer/sweep/handed_out.hpp"
#include "tracer/sweep/sweep.hpp"

namespace tracer::test {
namespace {

using Take = SweepFolder::Take;

// What the first process comes to, with two others.
void handed_out(const SweepPlan& plan, const std::function<void(const TrainRun&)>& first) {
  as_processes(3, [&](Ranks& ranks) {
    if (!ranks.is_first()) return train_what_is_handed_out(ranks, plan, {});
    HandedOut out(ranks);
    first([&](const PlannedRun& run, const std::function<bool()>& stop) {
      return out.train(plan, run, stop);
    });
    out.end();
  });
}

}  // namespace

TEST_CASE("runs that are handed out have the results of runs at home, to the last bit",
          "[sweep][ranks]") {
  const TemporaryFolder folder;
  const SweepPlan plan = plan_of_rings({{"lr", {"0.1", "0.01", "1e30"}}}, 3);
  SweepFolder home(folder / "home", plan, Take::fresh);
  REQUIRE(run_sweep(plan, home, {.jobs = 1}));
  SweepFolder away(folder / "away", plan, Take::fresh);
  handed_out(plan,
             [&](const TrainRun& train) { CHECK(run_sweep(plan, away, {.jobs = 3}, train)); });
  REQUIRE(away.results().size() == home.results().size());
  for (const auto& [key, result] : home.results()) {
    const RunResult& other = away.results().at(key);
    CAPTURE(result.why);
    CHECK(other.weights == result.weights);
    CHECK(other.why == result.why);
    CHECK(other.parameters == result.parameters);
    CHECK(other.epochs == result.epochs);
    if (!result.is_done()) continue;
    CHECK(other.score == result.score);
    CHECK(other.loss == result.loss);
    CHECK(hash_of_weights(away.model_of(key)) == result.weights);
  }
}

TEST_CASE("a sweep that is stopped stops the runs that are elsewhere", "[sweep][ranks]") {
  const TemporaryFolder folder;
  SweepRequest request = request_of(rings_lesson("adam(lr=0.05), batch_size=20, epochs=1000000"),
                                    {{"lr", {"0.1", "0.01", "0.2"}}}, 1);
  const SweepPlan plan = plan_of(request);
  SweepFolder away(folder / "away", plan, Take::fresh);
  std::atomic<int> running{0};
  handed_out(plan, [&](const TrainRun& train) {
    SweepJobs jobs;
    jobs.jobs = 3;
    jobs.stop = [&] { return running == 3; };
    const TrainRun counted = [&](const PlannedRun& run, const std::function<bool()>& stop) {
      ++running;
      return train(run, stop);
    };
    CHECK_FALSE(run_sweep(plan, away, jobs, counted));
  });
  CHECK(away.results().empty());
}

}  // namespace tracer::test
