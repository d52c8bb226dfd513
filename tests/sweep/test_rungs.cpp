// Successive halving: who goes on, for how long, and what the table says of those that went out.
#include <algorithm>
#include <cmath>
#include <fstream>

#include "tests/catch.hpp"
#include "tests/lessons/run_program.hpp"
#include "tests/sweep/sweeps.hpp"
#include "tracer/render/formats.hpp"
#include "tracer/render/sweep_page.hpp"
#include "tracer/render/sweep_report.hpp"
#include "tracer/sweep/rungs.hpp"
#include "tracer/sweep/sweep.hpp"

namespace tracer {
namespace {

SweepRequest halved(const std::string& train, std::vector<SweepOption> options, int seeds = 1) {
  SweepRequest request = test::request_of(test::rings_lesson(train), std::move(options), seeds);
  request.halving = 3;
  return request;
}

const std::vector<SweepOption> ten{{"h", {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"}}};

// A result of every run of the last rung so far: the score is that of its setting.
void add_results(const SweepPlan& plan, Results& results, const std::vector<double>& scores) {
  for (const PlannedRun& run : plan.runs) {
    RunResult result;
    result.score = scores[static_cast<std::size_t>(run.setting)] * (1 + run.rung);
    result.weights = run.key;
    results.emplace(run.key, result);
  }
}

void run_all(SweepPlan& plan, SweepFolder& folder, int jobs) {
  do {
    REQUIRE(run_sweep(plan, folder, {.jobs = jobs}));
  } while (add_next_rung(plan, folder.results()));
}

std::string halved_page(SweepPlan plan, const std::filesystem::path& path, int jobs) {
  SweepFolder folder(path, plan, SweepFolder::Take::resume);
  run_all(plan, folder, jobs);
  const SweepSummary summary = summary_of(plan, folder.results());
  return write(page_of(plan, summary, winner_on_test(plan, folder, summary.best)), "text");
}

}  // namespace

TEST_CASE("halving: of three settings the best goes on, with three times the epochs", "[sweep]") {
  SweepPlan plan = plan_of(halved("adam(lr=0.05), batch_size=20, epochs=30", ten));
  CHECK(plan.rung_count == 3);
  CHECK(rung_sizes(plan) == std::vector<int>{10, 4, 2});
  CHECK(plan.runs.size() == 10);
  CHECK(has(plan.runs.front().lesson.text(), "epochs=3"));
  Results results;
  const std::vector<double> scores{0.1, 0.9, 0.2, 0.8, 0.3, 0.7, 0.4, 0.6, 0.5, 0.0};
  CHECK_FALSE(add_next_rung(plan, results));  // nothing has been run
  add_results(plan, results, scores);
  REQUIRE(add_next_rung(plan, results));
  CHECK(plan.rungs.back() == std::vector<int>{1, 3, 5, 7});
  CHECK(has(plan.runs.back().lesson.text(), "epochs=10"));
  add_results(plan, results, scores);
  REQUIRE(add_next_rung(plan, results));
  CHECK(plan.rungs.back() == std::vector<int>{1, 3});
  add_results(plan, results, scores);
  CHECK_FALSE(add_next_rung(plan, results));
  CHECK(plan.runs.size() == 16);
  // the last rung is what a sweep without halving trains
  SweepRequest whole = halved("adam(lr=0.05), batch_size=20, epochs=30", ten);
  whole.halving = 0;
  CHECK(plan_of(whole).runs[3].key == plan.runs.back().key);

  const SweepSummary summary = summary_of(plan, results);
  CHECK(summary.best == 1);
  std::vector<int> order;
  for (const SettingRow& row : summary.rows) order.push_back(row.setting);
  CHECK(order == std::vector<int>{1, 3, 5, 7, 8, 6, 4, 2, 0, 9});
  CHECK(summary.rows[1].rung == 2);
  CHECK_FALSE(summary.rows[1].is_out);
  CHECK(summary.rows[2].rung == 1);
  CHECK(summary.rows[2].is_out);
  // compared after as many epochs: with 1.8 in the second rung, not 2.7 of the third
  CHECK(std::abs(summary.rows[2].mean - 1.4) < 1e-12);
  CHECK(std::abs(summary.rows[2].difference - (1.4 - 1.8)) < 1e-12);
  CHECK(has(summary.honesty, "16 runs in 3 rungs, 16 different final models"));
  const std::string csv = results_csv(plan, results);
  CHECK(csv.starts_with("iter,n_resources,mean_fit_time,"));
  CHECK(has(csv, "\n0,3,"));
  CHECK(has(csv, "\n1,10,"));
  CHECK(has(csv, "\n2,30,"));
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 17);
}

TEST_CASE("halving: a report has of each setting the runs of the last rung that it was in",
          "[sweep]") {
  SweepPlan plan = plan_of(halved("adam(lr=0.05), batch_size=20, epochs=30", ten, 2));
  Results results;
  const std::vector<double> scores{0.1, 0.9, 0.2, 0.8, 0.3, 0.7, 0.4, 0.6, 0.5, 0.0};
  do {
    add_results(plan, results, scores);
  } while (add_next_rung(plan, results));
  const SweepSummary summary = summary_of(plan, results);
  const std::string page = write(pictures_of_sweep(plan, summary, results, {}), "markdown");
  INFO(page);
  CHECK(has(page, "270.00"));   // 0.9, in the third rung
  CHECK(has(page, "140.00"));   // 0.7, which went out in the second
  CHECK(has(page, "50.00"));    // 0.5, in the first
  CHECK(!has(page, " 90.00"));  // the best in its first rung
}

TEST_CASE("halving: settings that come to the same lesson count once", "[sweep]") {
  SweepPlan plan = plan_of(
      halved("adam(lr=0.05), batch_size=20, epochs=9", {{"optimizer", {"adam", "sgd"}},
                                                        {"lr", {"0.1", "0.2"}},
                                                        {"momentum", {"0.5", "0.7", "0.9"}}}));
  CHECK(rung_sizes(plan) == std::vector<int>{8, 3});  // adam has no momentum
  Results results;
  add_results(plan, results, {0.9, 0.9, 0.9, 0.8, 0.8, 0.8, 0.1, 0.7, 0.2, 0.3, 0.4, 0.5});
  REQUIRE(add_next_rung(plan, results));
  CHECK(plan.rungs.back() == std::vector<int>{0, 1, 2, 3, 4, 5, 7});
  CHECK(rung_sizes(plan) == std::vector<int>{8, 3});
  CHECK(
      has(write(page_of(plan), "text"), "8 for 3 epochs, 3 for 9; settings that come to the same"));
}

TEST_CASE("halving: one whose run failed goes out", "[sweep]") {
  SweepPlan plan = plan_of(halved("adam(lr=0.05), batch_size=20, epochs=30", ten, 2));
  Results results;
  add_results(plan, results, {0.1, 0.9, 0.2, 0.8, 0.3, 0.7, 0.4, 0.6, 0.5, 0.0});
  results[plan.runs[1].key].why = "the loss is not finite";
  REQUIRE(add_next_rung(plan, results));
  CHECK(plan.rungs.back() == std::vector<int>{3, 5, 7, 8});
  // of the loss less is better
  SweepRequest by_loss = halved("adam(lr=0.05), batch_size=20, epochs=30", ten);
  by_loss.score = Score::Kind::loss;
  SweepPlan losses = plan_of(by_loss);
  Results of_losses;
  add_results(losses, of_losses, {0.1, 0.9, 0.2, 0.8, 0.3, 0.7, 0.4, 0.6, 0.5, 0.0});
  REQUIRE(add_next_rung(losses, of_losses));
  CHECK(losses.rungs.back() == std::vector<int>{0, 2, 4, 9});
}

TEST_CASE("halving: the same page for any number of jobs, and where it was stopped", "[sweep]") {
  const TemporaryFolder folder;
  for (const int folds : {0, 3}) {
    INFO(folds);
    SweepRequest request =
        halved("adam(lr=0.05), batch_size=20, epochs=9",
               {{"lr", {"0.5", "0.1", "0.01", "0.001", "0.0001"}}, {"h", {"2", "5"}}}, 2);
    request.folds = folds;
    const SweepPlan plan = plan_of(request);
    const std::string name = std::to_string(folds);
    const std::string whole = halved_page(plan, folder.path() / ("whole" + name), 1);
    INFO(whole);
    CHECK(has(whole, "10 for 1 epoch, 4 for 3, 2 for 9."));
    CHECK(has(whole, "1/9"));
    CHECK(has(whole, "9/9"));
    CHECK(has(whole, folds == 0 ? "32 runs in 3 rungs" : "96 runs in 3 rungs"));
    CHECK(has(whole, "On the test data, which took no part in this"));
    CHECK(whole == halved_page(plan, folder.path() / ("jobs" + name), 3));
    // what a kill leaves: the first lines
    const auto cut = folder.path() / ("cut" + name);
    SweepFolder(cut, plan, SweepFolder::Take::fresh);
    std::ifstream runs(folder.path() / ("whole" + name) / "runs.csv");
    std::ofstream some(cut / "runs.csv");
    std::string line;
    for (int k = 0; k < (folds == 0 ? 24 : 65) && std::getline(runs, line); ++k)
      some << line << '\n';
    some.close();
    CHECK(whole == halved_page(plan, cut, 2));
  }
}

TEST_CASE("halving: a search gets iterations for epochs", "[sweep]") {
  const SweepPlan plan = plan_of(halved("lbfgs(max_iter=90), epochs=1", ten));
  CHECK(plan.rung_count == 3);
  CHECK(has(plan.runs.front().lesson.text(), "lbfgs(max_iter=10)"));
  CHECK(has(plan.runs.front().lesson.text(), "epochs=1"));
}

TEST_CASE("halving: where there is nothing to be halved, that is said", "[sweep]") {
  const auto error = [](const std::string& train, std::vector<SweepOption> options) {
    return test::failure_of([&] { plan_of(halved(train, std::move(options))); });
  };
  CHECK(has(error("adam(lr=0.05), epochs=30", {{"h", {"1", "2", "3"}}}),
            "of 3 different settings none can go out"));
  CHECK(has(
      error("adam(lr=0.05), epochs=2", ten),
      "2 epochs can't be divided into rungs; leave --halving out, or take more, as in --epochs 9"));
  CHECK(has(error("adam(lr=0.05), epochs=9", {{"epochs", {"3", "9", "27", "81"}}}),
            "leave epochs out of what is tried"));
}

}  // namespace tracer
