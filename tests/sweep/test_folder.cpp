// The lines of runs.csv, and what becomes of a folder.
#include <fstream>

#include "tests/catch.hpp"
#include "tests/lessons/run_program.hpp"
#include "tests/sweep/sweeps.hpp"
#include "tracer/error.hpp"
#include "tracer/sweep/folder.hpp"

namespace tracer {
namespace {

PlannedRun some_run(const std::string& key) {
  return {key, 0, 3, 0, Source("a.lesson", "L = 1\n")};
}

RunResult some_result() {
  RunResult result;
  result.score = 0.1 + 0.2;
  result.loss = 1e-300;
  result.epochs = 7;
  result.weights = "0123456789abcdef";
  result.seconds = 1.5;
  return result;
}

}  // namespace

TEST_CASE("a line of runs.csv reads back as it was", "[sweep]") {
  RunResult failed = some_result();
  failed.why = "epoch 2: \"a\", b\nis not finite";
  const std::string text = head_of_runs() + "\n" +
                           line_of(some_run("aaaa"), "lr=0.1, h=\"3\"", some_result()) + "\n" +
                           line_of(some_run("bbbb"), "", failed) + "\n";
  const Results results = results_in(text);
  REQUIRE(results.size() == 2);
  CHECK(results.at("aaaa").score == 0.1 + 0.2);
  CHECK(results.at("aaaa").loss == 1e-300);
  CHECK(results.at("aaaa").is_done());
  CHECK(results.at("bbbb").why == "epoch 2: \"a\", b is not finite");
}

TEST_CASE("wherever runs.csv was cut, what is whole counts", "[sweep]") {
  const std::string first =
      head_of_runs() + "\n" + line_of(some_run("aaaa"), "x", some_result()) + "\n";
  const std::string all = first + line_of(some_run("bbbb"), "y", some_result()) + "\n";
  for (std::size_t cut = 0; cut <= all.size(); ++cut) {
    INFO(cut);
    const Results results = results_in(all.substr(0, cut));
    CHECK(results.size() == (cut == all.size() ? 2U : cut >= first.size() ? 1U : 0U));
    // a line after a cut one, as the next process writes it
    const Results more = results_in(all.substr(0, cut) + "\n" +
                                    line_of(some_run("cccc"), "z", some_result()) + "\n");
    CHECK(more.contains("cccc"));
  }
  CHECK(results_in(all + all).size() == 2);  // put together, with the first line twice
}

TEST_CASE("a folder is another sweep's: what differs is said", "[sweep]") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "s";
  using Take = SweepFolder::Take;
  const SweepPlan plan = test::plan_of_rings({{"lr", {"0.1", "0.2"}}});
  SweepFolder(path, plan, Take::fresh);
  CHECK_THROWS_WITH(SweepFolder(path, plan, Take::fresh),
                    path.string() +
                        ": there is a sweep in this folder; --resume goes on with it, "
                        "--out FOLDER takes another");
  CHECK_NOTHROW(SweepFolder(path, plan, Take::resume));
  CHECK_NOTHROW(SweepFolder(path, test::plan_of_rings({{"lr", {"0.1", "0.3"}}}, 4), Take::resume));
  const SweepPlan longer = plan_of(test::request_of(
      test::rings_lesson("adam(lr=0.05), batch_size=30, epochs=3"), {{"lr", {"0.1", "0.2"}}}));
  const std::string other = test::failure_of([&] { SweepFolder(path, longer, Take::resume); });
  INFO(other);
  CHECK(has(other, "line 13 of its lesson was 'train L with adam(lr=0.1), batch_size=20"));
  CHECK(has(other, "take another folder, --out"));
  std::ofstream(path / "sweep.json") << "{";
  CHECK(has(test::failure_of([&] { SweepFolder(path, plan, Take::resume); }), "is damaged"));
}

}  // namespace tracer
