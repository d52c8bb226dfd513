// The table and its sentences, made of results that are given.
#include <cmath>

#include "tests/catch.hpp"
#include "tests/sweep/sweeps.hpp"
#include "tracer/error.hpp"
#include "tracer/sweep/summary.hpp"

namespace tracer {
namespace {

// Scores by setting (down) and seed (across); each run has weights of its own.
Results results_of(const SweepPlan& plan, const std::vector<std::vector<double>>& scores) {
  Results results;
  std::vector<std::size_t> next(scores.size());
  for (const PlannedRun& run : plan.runs) {
    const auto row = static_cast<std::size_t>(run.setting);
    RunResult result;
    result.score = scores[row][next[row]++];
    if (std::isnan(result.score)) result.why = "epoch 2, step 9: the loss is not finite";
    result.weights = run.key;
    results.emplace(run.key, result);
  }
  return results;
}

bool has(const std::vector<std::string>& texts, const std::string& part) {
  for (const std::string& text : texts) {
    if (text.find(part) != std::string::npos) return true;
  }
  return false;
}

const SettingRow& row(const SweepSummary& summary, int setting) {
  for (const SettingRow& one : summary.rows) {
    if (one.setting == setting) return one;
  }
  throw Error("no such row");
}

}  // namespace

TEST_CASE("differences are of runs with the same seed", "[sweep]") {
  // the second is always 0.01 below the first, though both vary by ten times as much
  const SweepPlan plan = test::plan_of_rings({{"lr", {"0.1", "0.2", "0.3"}}}, 6);
  const SweepSummary summary =
      summary_of(plan, results_of(plan, {{0.9, 0.8, 0.85, 0.7, 0.95, 0.75},
                                         {0.89, 0.79, 0.84, 0.69, 0.94, 0.7401},
                                         {0.8, 0.9, 0.75, 0.8, 0.85, 0.79}}));
  CHECK(summary.best == 0);
  CHECK(row(summary, 0).verdict == Verdict::best);
  CHECK(row(summary, 1).verdict == Verdict::worse);
  CHECK(row(summary, 1).rank == 2);
  CHECK(row(summary, 2).verdict == Verdict::alike);
  CHECK(std::abs(row(summary, 1).difference - (-0.059900000000000 / 6)) < 1e-12);
  CHECK(summary.honesty == "3 settings × 6 seeds: 18 runs, 18 different final models");
  CHECK(has(summary.warnings, "1 other setting can't be told from the best"));
  CHECK(has(summary.warnings, "the best lr, 0.1, is the smallest that was tried"));
  CHECK_FALSE(has(summary.warnings, "seeds are few"));
}

TEST_CASE("settings with the same mean share a rank", "[sweep]") {
  const SweepPlan plan = test::plan_of_rings({{"lr", {"0.1", "0.2", "0.3"}}});
  const SweepSummary summary =
      summary_of(plan, results_of(plan, {{0.5, 0.7}, {0.7, 0.5}, {0.1, 0.1}}));
  CHECK(row(summary, 0).rank == 1);
  CHECK(row(summary, 1).rank == 1);
  CHECK(row(summary, 1).verdict == Verdict::best);
  CHECK(row(summary, 2).rank == 3);
  CHECK(has(summary.warnings, "2 seeds are few"));
}

TEST_CASE("a setting of which a run failed stays, and is not ranked", "[sweep]") {
  const SweepPlan plan = test::plan_of_rings({{"lr", {"0.1", "0.2"}}});
  const SweepSummary summary =
      summary_of(plan, results_of(plan, {{0.99, std::nan("")}, {0.5, 0.6}}));
  CHECK(summary.best == 1);
  CHECK(row(summary, 0).rank == 0);
  CHECK(row(summary, 0).verdict == Verdict::failed);
  CHECK(row(summary, 0).why == "epoch 2, step 9: the loss is not finite");
  CHECK(has(summary.warnings, "1 setting did not end well"));
}

TEST_CASE("one model that is evaluated many times is called out", "[sweep]") {
  const SweepPlan plan = test::plan_of_rings({{"lr", {"0.1", "0.2"}}, {"h", {"3", "4"}}});
  Results results = results_of(plan, {{0.8, 0.8}, {0.8, 0.8}, {0.8, 0.8}, {0.8, 0.8}});
  for (auto& [key, result] : results) result.weights = "0123456789abcdef";
  const SweepSummary summary = summary_of(plan, results);
  CHECK(summary.honesty == "4 settings × 2 seeds: 8 runs, 1 different final model");
  CHECK(has(summary.unchanged, "lr changed nothing: whatever its value"));
  CHECK(has(summary.unchanged, "h changed nothing: whatever its value"));
  CHECK(has(summary.unchanged, "the seed changed nothing"));
}

TEST_CASE("an option that does nothing in some settings", "[sweep]") {
  const SweepPlan plan = test::plan_of_rings({{"lr", {"0.1", "0.2"}}, {"h", {"3", "4"}}}, 1);
  Results results = results_of(plan, {{0.8}, {0.8}, {0.7}, {0.6}});
  results.at(plan.runs[1].key).weights = results.at(plan.runs[0].key).weights;
  const SweepSummary summary = summary_of(plan, results);
  CHECK(has(summary.unchanged, "h changed nothing in 1 of 2 cases"));
  CHECK_FALSE(has(summary.unchanged, "lr changed"));
  CHECK(has(summary.warnings, "one run a setting"));
}

TEST_CASE("a setting that stands there twice says nothing of its options", "[sweep]") {
  SweepRequest request = test::request_of(
      test::rings_lesson(), {{"lr", {"0.1", "0.2", "0.1"}}, {"h", {"3", "4", "3"}}}, 1);
  request.combination.zip = true;
  const SweepPlan plan = plan_of(request);
  CHECK(plan.trainings().size() == 2);
  const SweepSummary summary = summary_of(plan, results_of(plan, {{0.8}, {0.7}, {0.8}}));
  CHECK(summary.unchanged.empty());
  CHECK(has({summary.honesty},
            "2 different final models (2 trained: the other lessons are the same"));
}

TEST_CASE("a baseline in place of the best", "[sweep]") {
  const SweepPlan plan = test::plan_of_rings({{"lr", {"0.1", "0.2"}}, {"h", {"3", "4"}}});
  const Results results = results_of(plan, {{0.5, 0.6}, {0.6, 0.7}, {0.4, 0.5}, {0.5, 0.7}});
  const int baseline = setting_called(plan, "lr=0.1, h=3");
  CHECK(baseline == 0);
  const SweepSummary summary = summary_of(plan, results, baseline);
  CHECK(row(summary, 1).verdict == Verdict::better);
  CHECK(row(summary, 2).verdict == Verdict::worse);
  CHECK(row(summary, 3).verdict == Verdict::alike);
  CHECK_THROWS_WITH(setting_called(plan, "lr=0.1"),
                    "--baseline lr=0.1: 2 of the 4 settings are so; name one, as in 'lr=0.1, h=3'");
  CHECK_THROWS_WITH(setting_called(plan, "w=1"),
                    "--baseline w=1: w is none of the options that vary");
}

TEST_CASE("results.csv has scikit-learn's columns", "[sweep]") {
  const SweepPlan plan = test::plan_of_rings({{"lr", {"0.1", "0.2"}}});
  CHECK(results_csv(plan, results_of(plan, {{0.5, 0.7}, {0.75, 0.75}})) ==
        "mean_fit_time,std_fit_time,param_lr,params,split0_test_score,split1_test_score,"
        "mean_test_score,std_test_score,rank_test_score\n"
        "0.000,0.000,0.1,\"{\"\"lr\"\":0.1}\",0.5,0.7,0.6,0.09999999999999999,2\n"
        "0.000,0.000,0.2,\"{\"\"lr\"\":0.2}\",0.75,0.75,0.75,0,1\n");
}

}  // namespace tracer
