// tracer train, killed at a hundred random moments: whenever that is, the checkpoint is one of a
// whole epoch, and the run goes on from it.
#include <chrono>
#include <csignal>
#include <filesystem>
#include <thread>

#include "tests/catch.hpp"
#include "tests/cli/running_program.hpp"
#include "tests/cli/train_cases.hpp"
#include "tracer/number/random.hpp"

namespace tracer {
namespace {

using namespace std::chrono_literals;

std::filesystem::file_time_type written(const std::filesystem::path& file) {
  std::error_code none_yet;
  return std::filesystem::last_write_time(file, none_yet);
}

// until it is another than it was, at most a minute
void wait_for_change(const std::filesystem::path& file, std::filesystem::file_time_type before) {
  for (int i = 0; i < 60'000 && written(file) == before; ++i) std::this_thread::sleep_for(1ms);
}

}  // namespace

TEST_CASE("a run that is killed a hundred times keeps its checkpoint whole", "[cli][train]") {
  const TemporaryFolder folder;
  const auto file = folder.path() / "c.ckpt";
  write_text(folder.path() / "rings.lesson", endless);
  RandomStream random(2026, "moments");
  int epoch = 0;
  int moved = 0;
  for (int i = 0; i < 100; ++i) {
    const bool goes_on = std::filesystem::exists(file);
    const auto before = written(file);
    {
      RunningProgram running(goes_on
                                 ? std::vector<std::string>{"train", "--resume", "c.ckpt",
                                                            "--checkpoint", "c.ckpt", "--quiet"}
                                 : std::vector<std::string>{"train", "rings.lesson", "--checkpoint",
                                                            "c.ckpt", "--quiet"},
                             folder.path());
      // every other time at any moment, from its start on; else once an epoch more was saved
      if (i % 2 == 1) wait_for_change(file, before);
      std::this_thread::sleep_for(std::chrono::microseconds(random.below(30'000)));
      running.send(SIGKILL);
      const ProgramRun end = running.end();
      CAPTURE(i, end.errors);
      REQUIRE(end.status == 128 + SIGKILL);  // it had not refused what the last one left
    }
    if (!std::filesystem::exists(file)) continue;
    CAPTURE(i);
    Checkpoint checkpoint;
    REQUIRE_NOTHROW(checkpoint = load_checkpoint(file));
    REQUIRE(checkpoint.epoch >= epoch);
    REQUIRE(checkpoint.model.history.size() == static_cast<std::size_t>(checkpoint.epoch));
    moved += checkpoint.epoch > epoch ? 1 : 0;
    epoch = checkpoint.epoch;
  }
  CHECK(moved >= 50);
}

}  // namespace tracer
