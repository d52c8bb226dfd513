// Sweeps that are run: the same whatever the order, the number of jobs, a kill, or the division
// among processes.
#include <atomic>
#include <fstream>
#include <mutex>

#include "tests/catch.hpp"
#include "tests/lessons/run_program.hpp"
#include "tests/sweep/sweeps.hpp"
#include "tracer/error.hpp"
#include "tracer/render/formats.hpp"
#include "tracer/render/sweep_page.hpp"
#include "tracer/sweep/sweep.hpp"

namespace tracer {
namespace {

using Take = SweepFolder::Take;

std::string page(const SweepPlan& plan, const SweepFolder& folder) {
  const SweepSummary summary = summary_of(plan, folder.results());
  return write(page_of(plan, summary, winner_on_test(plan, folder, summary.best)), "text");
}

std::string page_with(const SweepPlan& plan, const std::filesystem::path& path, int jobs) {
  SweepFolder folder(path, plan, Take::resume);
  CHECK(run_sweep(plan, folder, {.jobs = jobs}));
  return page(plan, folder);
}

}  // namespace

TEST_CASE("one run at a time or three: the same table", "[sweep]") {
  const TemporaryFolder folder;
  const SweepPlan plan = test::plan_of_rings({{"lr", {"0.1", "0.01"}}, {"h", {"2", "5"}}}, 3);
  CHECK(plan.trainings().size() == 12);
  const std::string alone = page_with(plan, folder.path() / "a", 1);
  CHECK(alone == page_with(plan, folder.path() / "b", 3));
  INFO(alone);
  CHECK(has(alone, "4 settings × 3 seeds: 12 runs, 12 different final models."));
  CHECK(has(alone, "On the test data, which took no part in this"));
}

TEST_CASE("seeds go for all settings: the same split, order and first weights", "[sweep]") {
  const SweepPlan plan = test::plan_of_rings({{"lr", {"0.1", "0.2"}}}, 2);
  for (const PlannedRun& run : plan.runs) {
    INFO(run.lesson.text());
    CHECK(has(run.lesson.text(), "seed " + std::to_string(run.seed)));
    CHECK(has(run.lesson.text(), run.setting == 0 ? "lr=0.1" : "lr=0.2"));
  }
  CHECK(plan.seeds == std::vector<unsigned>{0, 1});
}

TEST_CASE("an option that nothing looks at changed nothing, and that is said", "[sweep]") {
  const TemporaryFolder folder;
  const SweepPlan plan = test::plan_of_rings({{"unused", {"1", "2", "3"}}}, 2);
  const std::string table = page_with(plan, folder.path() / "a", 2);
  INFO(table);
  CHECK(has(table, "3 settings × 2 seeds: 6 runs, 2 different final models."));
  CHECK(has(table, "unused changed nothing"));
}

TEST_CASE("an option that the optimizer does not have is left out, and trained once", "[sweep]") {
  const SweepPlan plan =
      test::plan_of_rings({{"optimizer", {"sgd", "adam"}}, {"momentum", {"0.5", "0.9"}}}, 1);
  CHECK(plan.runs.size() == 4);
  CHECK(plan.trainings().size() == 3);
  CHECK(plan.left_out[2] == std::vector<std::string>{"momentum"});
  CHECK(plan.left_out[0].empty());
}

TEST_CASE("a sweep that is stopped anywhere goes on to the same table", "[sweep]") {
  const TemporaryFolder folder;
  const SweepPlan plan = test::plan_of_rings({{"lr", {"0.1", "0.01"}}, {"h", {"2", "5"}}}, 2);
  const std::string whole = page_with(plan, folder.path() / "whole", 2);
  // not after seven of eight: with two jobs the last is under way then, and may end as well
  for (int after = 0; after < 7; ++after) {
    INFO(after);
    const auto path = folder.path() / ("stopped" + std::to_string(after));
    std::atomic<int> ended{0};
    SweepFolder stopped(path, plan, Take::fresh);
    const TrainRun train = [&](const PlannedRun& run, const std::function<bool()>& stop) {
      auto made = run_training(run.lesson, plan.score, plan.dtype, plan.threads, stop);
      if (made) ++ended;
      return made;
    };
    const bool is_whole =
        run_sweep(plan, stopped, {.jobs = 2, .stop = [&] { return ended >= after; }}, train);
    CHECK_FALSE(is_whole);
    CHECK(stopped.results().size() < 8);
    CHECK(whole == page_with(plan, path, 2));
  }
}

TEST_CASE("two shards of a sweep make the table of the whole", "[sweep]") {
  const TemporaryFolder folder;
  const SweepPlan plan = test::plan_of_rings({{"lr", {"0.1", "0.01"}}, {"h", {"2", "5"}}}, 2);
  const std::string whole = page_with(plan, folder.path() / "whole", 2);
  const auto shared = folder.path() / "shared";
  for (int number = 1; number <= 2; ++number) {
    SweepFolder mine(shared, plan, Take::shared);
    CHECK(run_sweep(plan, mine, {.shard = {number, 2}}));
    CHECK(mine.results().size() == static_cast<std::size_t>(4 * number));
  }
  CHECK(whole == page(plan, SweepFolder(shared, plan, Take::shared)));
  // in folders of their own, whose lines are put together; the models stay where they are
  const auto joined = folder.path() / "joined";
  std::string lines;
  for (int number = 1; number <= 2; ++number) {
    const auto path = folder.path() / std::to_string(number);
    SweepFolder mine(path, plan, Take::shared);
    CHECK(run_sweep(plan, mine, {.shard = {number, 2}}));
    std::ifstream file(path / "runs.csv");
    lines.append(std::istreambuf_iterator<char>(file), {});
  }
  SweepFolder(joined, plan, Take::fresh);
  std::ofstream(joined / "runs.csv") << lines;
  CHECK(whole == page(plan, SweepFolder(joined, plan, Take::resume)));
}

TEST_CASE("a run that diverges is kept as a failure, with its step", "[sweep]") {
  const TemporaryFolder folder;
  SweepRequest request = test::request_of(
      test::rings_lesson("sgd(lr=0.1), batch_size=20, epochs=3"), {{"lr", {"0.1", "1e30"}}}, 1);
  const SweepPlan plan = plan_of(request);
  const std::string table = page_with(plan, folder.path() / "a", 2);
  INFO(table);
  CHECK(has(table, "failed"));
  CHECK(has(table, "lr=1e30 failed: epoch 1, step "));
}

TEST_CASE("cross-validation: every sample is held out once", "[sweep]") {
  SweepRequest request = test::request_of(test::rings_lesson(), {{"h", {"2", "5"}}}, 1);
  request.folds = 3;
  const SweepPlan plan = plan_of(request);
  CHECK(plan.runs.size() == 6);
  CHECK(plan.judged == 20);
  CHECK(plan.trained == 40);
  CHECK_FALSE(has(plan.runs.front().lesson.text(), "validation=0.25"));
  const TemporaryFolder folder;
  const std::string table = page_with(plan, folder.path() / "a", 2);
  INFO(table);
  CHECK(has(table, "on the fold that is held out (20 of 60 samples)"));
  CHECK(has(table, "trained anew on all folds"));
  request.folds = 40;
  CHECK(has(test::failure_of([&] { plan_of(request); }),
            "samples to be split, fewer than the 40 folds"));
}

TEST_CASE("a setting whose lesson has a mistake is found before anything is trained", "[sweep]") {
  const std::string rate = test::failure_of([] { test::plan_of_rings({{"lr", {"0.1", "-1"}}}); });
  INFO(rate);
  CHECK(has(rate, "with lr=-1: rings.lesson:13:"));
  CHECK(has(test::failure_of([] {
              test::plan_of_rings({{"b1", {"zeros(h, 1)", "zeros(7, 1)"}}});
            }),
            "with b1=zeros(7, 1): "));
}

TEST_CASE("what is judged by test data has nothing left to be judged by", "[sweep]") {
  SweepRequest request = test::request_of(test::rings_lesson(), {{"h", {"2", "5"}}}, 1);
  request.on_test = true;
  const SweepPlan plan = plan_of(request);
  const TemporaryFolder folder;
  const std::string table = page_with(plan, folder.path() / "a", 2);
  INFO(table);
  CHECK(has(table, "test data were used for choosing"));
  CHECK_FALSE(has(table, "took no part"));
}

}  // namespace tracer
