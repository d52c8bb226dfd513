// tracer sweep as a command: what it says, and what a kill leaves.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <thread>

#include "tests/catch.hpp"
#include "tests/cli/running_program.hpp"
#include "tests/datasets/files.hpp"

namespace tracer {
namespace {

const std::vector<std::string> rings{"sweep", "circles-2-3-1", "--set", "lr=0.1,0.01", "--seeds",
                                     "3",     "--epochs",      "60"};

ProgramRun sweep(std::vector<std::string> more, const TemporaryFolder& folder) {
  std::vector<std::string> all = rings;
  all.insert(all.end(), more.begin(), more.end());
  return run_program(all, folder.path());
}

}  // namespace

TEST_CASE("sweep: a table, and files beside it", "[cli][sweep]") {
  const TemporaryFolder folder;
  const ProgramRun run = sweep({"--report", "page.md"}, folder);
  INFO(run.output << run.errors);
  CHECK(run.status == 0);
  CHECK(has(run.output, "2 settings × 3 seeds: 6 runs, 6 different final models."));
  CHECK(has(run.output, "nothing is held out"));
  CHECK(has(read_text(folder / "page.md"), "# Sweep of circles-2-3-1"));
  const auto kept = folder.path() / "sweep-circles-2-3-1";
  CHECK(has(read_text(kept / "results.csv"), "rank_test_score\n"));
  CHECK(std::filesystem::exists(kept / "best.safetensors"));
  const ProgramRun again = sweep({}, folder);
  CHECK(again.status == 2);
  CHECK(has(again.errors, "there is a sweep in this folder; --resume goes on with it"));
  const ProgramRun resumed = sweep({"--resume"}, folder);
  CHECK(resumed.output == run.output);
}

TEST_CASE("sweep: its report has what repeats it, pictures, and the best model", "[cli][sweep]") {
  const TemporaryFolder folder;
  const ProgramRun run =
      sweep({"--set", "batch_size=10,50", "--report", "page.html", "--out", "kept"}, folder);
  INFO(run.output << run.errors);
  REQUIRE(run.status == 0);
  const std::string page = read_text(folder / "page.html");
  for (const char* text :
       {"<title>accuracy, %</title>",           // two options: a heat map
        "<title>accuracy, %, by seed</title>",  // lines of settings
        "<title>training loss</title>", ": mean of 3, min … max</text>",
        "The model of the best setting, lr=0.1", "<title>test samples</title>",
        "<title>precision and recall</title>", "data, SHA-256", "<summary>The lesson, "})
    CHECK(has(page, text));
  CHECK(page.size() < 1'000'000);
  CHECK_FALSE(has(run.output, "SHA-256"));
  // a boundary of each setting, beside each other
  const std::size_t boundaries = page.find("Decision boundaries");
  REQUIRE(boundaries != std::string::npos);
  int drawn = 0;
  for (std::size_t at = boundaries;
       (at = page.find("<title>decision boundary, ", at + 1)) != std::string::npos;)
    ++drawn;
  CHECK(drawn == 4);
  REQUIRE(sweep({"--set", "batch_size=10,50", "--report", "page.md", "--out", "kept", "--resume"},
                folder)
              .status == 0);
  const std::string text = read_text(folder / "page.md");
  CHECK(has(text, "| seeds | 1, 2, 3 |"));
  CHECK(has(text, "| seed 1 | seed 2 | seed 3 |"));
  CHECK(has(text, "weighted avg"));
  CHECK_FALSE(has(text, "<svg"));
}

TEST_CASE("sweep: killed at any moment, it goes on to the same table", "[cli][sweep]") {
  const TemporaryFolder folder;
  const std::string whole = sweep({"--out", "whole"}, folder).output;
  for (const int milliseconds : {10, 40, 80, 160}) {
    const std::string out = "killed" + std::to_string(milliseconds);
    std::vector<std::string> all = rings;
    all.insert(all.end(), {"--out", out});
    RunningProgram running(all, folder.path());
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    running.send(SIGKILL);
    running.end();
    CHECK(sweep({"--out", out, "--resume"}, folder).output == whole);
  }
}

TEST_CASE("sweep: halving, and what it leaves is gone on with to the whole", "[cli][sweep]") {
  const TemporaryFolder folder;
  const std::vector<std::string> four{"sweep",   "moons", "--set",    "lr=0.1,0.03,0.01,0.001",
                                      "--seeds", "2",     "--epochs", "9"};
  const auto run = [&](std::vector<std::string> more) {
    more.insert(more.begin(), four.begin(), four.end());
    return run_program(more, folder.path());
  };
  const ProgramRun halved = run({"--halving", "--out", "a"});
  INFO(halved.output << halved.errors);
  CHECK(halved.status == 0);
  CHECK(has(halved.output, "Of 3 settings one goes on to the next rung: 4 for 3 epochs, 2 for 9."));
  CHECK(has(halved.output, "12 runs in 2 rungs"));
  CHECK(run({"--halving", "--out", "a", "--resume"}).output == halved.output);
  CHECK(has(run({"--halving", "--dry-run"}).output, "8 runs in the first rung"));
  // the same runs for the whole sweep: those of the last rung are there already
  const auto lines = [&](const std::string& out) {
    const std::string text = read_text(folder.path() / out / "runs.csv");
    return std::count(text.begin(), text.end(), '\n');
  };
  CHECK(lines("a") == 1 + 8 + 4);
  const ProgramRun whole = run({"--out", "a", "--resume"});
  CHECK(lines("a") == 1 + 8 + 8);
  CHECK(whole.output == run({"--out", "b"}).output);
  CHECK(has(run({"--halving", "--shard", "1/2"}).errors, "--halving"));
}

TEST_CASE("sweep: what is wrong gets its place and its remedy", "[cli][sweep]") {
  const TemporaryFolder folder;
  const auto error = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "sweep");
    const ProgramRun run = run_program(arguments, folder.path());
    CHECK(run.status == 2);
    return run.errors;
  };
  CHECK(has(error({}), "sweep wants a lesson, or networks with --layers"));
  CHECK(has(error({"moons", "--set", "foo=1"}), "has no option foo"));
  CHECK(has(error({"moons", "--set", "lr=0.1", "--set", "learning_rate=0.2"}),
            "lr: it is set twice"));
  CHECK(has(error({"moons", "--set", "seed=1,2"}), "--set seed: take --seeds 6"));
  CHECK(has(error({"moons", "--cv", "900"}), "fewer than the 900 folds"));
  CHECK(has(error({"moons", "--shard", "3/2"}), "from 1/8 to 8/8"));
  CHECK(has(error({"moons", "--report", "a.pdf"}),
            "its name ends in .html, .md, .tex, .txt or .json"));
  CHECK(has(error({"moons", "--score", "r2"}), "are classes; score by accuracy, f1 or loss"));
  CHECK(has(error({"moons", "--layers", "2,2,1"}), "leave one of them out"));
  CHECK(has(error({"moons", "--set", "lr=1,2", "--baseline", "lr=3"}), "none of the 2 settings"));
  write_text(folder / "a.toml", "set = [\"lr=0.1,0.2\"]\nseds = 3\nlesson = \"moons\"\n");
  CHECK(has(error({"a.toml"}), "sweep has no flag --seds; did you mean --seeds?"));
}

TEST_CASE("sweep: a dry run says how long it would take, and keeps nothing", "[cli][sweep]") {
  const TemporaryFolder folder;
  const ProgramRun run = sweep({"--dry-run", "--jobs", "1"}, folder);
  INFO(run.output << run.errors);
  CHECK(run.status == 0);
  CHECK(has(run.output, "2 settings × 3 seeds: 6 runs, 6 of them different."));
  CHECK(has(run.output, "It will take "));
  CHECK(has(run.output, " with 1 job, as some steps of 2 settings say."));
  CHECK_FALSE(std::filesystem::exists(folder.path() / "sweep-circles-2-3-1"));
}

TEST_CASE("sweep: an experiment is a file of flags", "[cli][sweep]") {
  const TemporaryFolder folder;
  write_text(
      folder / "a.toml",
      "# two rates\nlesson = \"moons\"\nset = [\"lr=0.1,0.2\"]\nepochs = 1\nnote = \"as found\"\n");
  std::filesystem::create_directory(folder / "r4");  // in the way of the shipped one
  CHECK(has(run_program({"sweep", "r4", "--dry-run"}, folder.path()).output, "Sweep of r4"));
  const ProgramRun run = run_program({"sweep", "a.toml", "--seeds", "2"}, folder.path());
  INFO(run.errors);
  CHECK(run.status == 0);
  CHECK(has(run.output, "2 settings × 2 seeds"));
  CHECK(has(run.output, "\nas found\n"));
}

}  // namespace tracer
