// The file that --checkpoint writes again and again, and the history beside it.
#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

#include "tests/catch.hpp"
#include "tests/lessons/run_program.hpp"
#include "tests/train/training.hpp"
#include "tracer/train/checkpoint_file.hpp"
#include "tracer/write_aside.hpp"

using namespace tracer;
using namespace tracer::test;

namespace {

std::string all_records(const History& history) {
  std::string text;
  for (const EpochRecord& record : history) text += to_json(record) + "\n";
  return text;
}

EpochRecord record_of(int epoch) {
  EpochRecord record;
  record.epoch = epoch;
  record.loss = 1.0 / epoch;
  return record;
}

}  // namespace

TEST_CASE("a checkpoint stays as long as it is, however many epochs there were", "[checkpoint]") {
  const TemporaryFolder folder;
  CheckpointFile file(folder / "c");
  Checkpoint checkpoint;
  checkpoint.model.lesson = "param w = 1\n";
  History history;
  std::uintmax_t largest = 0;
  for (int epoch = 1; epoch <= 1250; ++epoch) {
    history.push_back(record_of(epoch));
    checkpoint.epoch = epoch;
    file.save(checkpoint, history);
    largest = std::max(largest, std::filesystem::file_size(folder / "c"));
    // whole at every moment, also where the file beside it has more than it should
    if (epoch % 50 != 0 && epoch != 101) continue;
    if (epoch == 650) write_text(folder / "c.history", read_text(folder / "c.history") + "{\"half");
    const Checkpoint back = load_checkpoint(folder / "c");
    CHECK(back.epoch == epoch);
    CHECK(back.remarks.empty());
    CHECK(all_records(back.model.history) == all_records(history));
  }
  CHECK(largest < 20'000);
  CHECK(folder.count() == 2);
}

TEST_CASE("a checkpoint that has lost its history can be gone on with, and says so",
          "[checkpoint]") {
  const TemporaryFolder folder;
  CheckpointFile file(folder / "c");
  Checkpoint checkpoint;
  checkpoint.model.lesson = "param w = 1\n";
  History history;
  for (int epoch = 1; epoch <= 150; ++epoch) history.push_back(record_of(epoch));
  file.save(checkpoint, history);
  std::string beside = read_text(folder / "c.history");
  beside[40] = beside[40] == '1' ? '2' : '1';
  write_text(folder / "c.history", beside);
  const std::string name = (folder / "c").string();
  Checkpoint back = load_checkpoint(name);
  CHECK(back.model.history.size() == 1);
  CHECK(back.remarks ==
        std::vector<std::string>{
            name +
            ": the records of its first 149 epochs are missing, and so they will be in "
            "curves and tables: " +
            name + ".history is of another run"});
  std::filesystem::remove(folder / "c.history");
  CHECK(load_checkpoint(name).remarks.size() == 1);
  CHECK(load_model(name).lesson == "param w = 1\n");
}

TEST_CASE("what a killed process has left half written goes with the next run", "[checkpoint]") {
  const TemporaryFolder folder;
  const pid_t gone = ::fork();
  if (gone == 0) ::_exit(0);
  REQUIRE(gone > 0);
  ::waitpid(gone, nullptr, 0);  // now there is no such process
  const std::string of_gone = "." + std::string("c.") + std::to_string(gone) + ".part";
  const std::string of_living = ".c." + std::to_string(::getppid()) + ".part";
  for (const std::string& name :
       {of_gone, of_living, std::string(".c.x.part"), ".other." + std::to_string(gone) + ".part"})
    write_text(folder / name, "half");
  const CheckpointFile file(folder / "c");
  CHECK_FALSE(std::filesystem::exists(folder / of_gone));
  CHECK(std::filesystem::exists(folder / of_living));
  CHECK(folder.count() == 3);
}
