// tracer train and sweep under mpirun: processes that work together, and one that dies.
#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "tests/catch.hpp"
#include "tests/cli/train_cases.hpp"
#include "tests/train/apart.hpp"
#include "tracer/ranks/started.hpp"

namespace tracer {
namespace {

namespace fs = std::filesystem;
using test::apart;

bool has_mpirun() {
  const bool is_there =
      can_work_together() && std::system("mpirun --version 2>/dev/null | grep -q 'Open MPI'") == 0;
  if (!is_there) {
    WARN(
        "skipped: there is no MPI here (libopenmpi-dev, openmpi-bin), or tracer was built without");
  }
  return is_there;
}

std::string in_quotes(const std::vector<std::string>& arguments) {
  std::string line;
  for (const std::string& argument : arguments) line += " '" + argument + "'";
  return line;
}

// These lines of a shell, in a folder. $mpirun starts as many processes as its -n says, on however few
// cores, also for root; $tracer is the program.
ProgramRun run_shell(const std::string& script, const fs::path& in) {
  write_text(in / "script",
             "export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1\n"
             "export TRACER_LESSONS='" TRACER_SOURCE_DIR
             "/lessons'\n"
             "mpirun='mpirun --oversubscribe'\ntracer='" TRACER_PROGRAM "'\n" +
                 script + "\n");
  const std::string command = "cd '" + in.string() + "' && sh script > out 2> errors < /dev/null";
  ProgramRun run;
  const int status = std::system(command.c_str());
  run.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  run.output = read_text(in / "out");
  run.errors = read_text(in / "errors");
  return run;
}

ProgramRun run_processes(int count, const std::vector<std::string>& arguments, const fs::path& in) {
  return run_shell("$mpirun -n " + std::to_string(count) + " $tracer" + in_quotes(arguments), in);
}

int count_of(const std::string& text, const std::string& part) {
  int count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

// The rings of the other tests, for some epochs.
std::vector<std::string> rings_for(const std::string& epochs,
                                   const std::vector<std::string>& more) {
  std::vector<std::string> arguments = with(rings, {"--threads", "1", "--quiet"});
  *(std::find(arguments.begin(), arguments.end(), "--epochs") + 1) = epochs;
  return with(arguments, more);
}

}  // namespace

TEST_CASE("mpirun: the same number of processes gives the same bits, one those of none",
          "[cli][train][needs-mpirun]") {
  if (!has_mpirun()) return;
  const TemporaryFolder folder;
  const auto model_of = [&](int processes, const std::string& file) {
    const ProgramRun run =
        run_processes(processes, rings_for("5", {"--save", file}), folder.path());
    INFO(run.errors);
    REQUIRE(run.status == 0);
    CHECK(count_of(run.output, "accuracy") == 1);  // the first one alone is heard
    return load_model(folder / file);
  };
  REQUIRE(run_program(rings_for("5", {"--save", "alone.safetensors"}), folder.path()).status == 0);
  const Model alone = load_model(folder / "alone.safetensors");
  CHECK(same_parameters(alone, model_of(1, "one.safetensors")));
  for (const int processes : {2, 4}) {
    CAPTURE(processes);
    const Model first = model_of(processes, "first.safetensors");
    CHECK(same_parameters(first, model_of(processes, "again.safetensors")));
    CHECK(apart(alone, first) < 1e-4);
  }
}

TEST_CASE("mpirun: a sum that is long comes in parts, and the parts in order",
          "[cli][train][needs-mpirun]") {
  if (!has_mpirun()) return;
  const TemporaryFolder folder;
  const std::vector<std::string> wide{"train",
                                      "--layers",
                                      "2,3000,1",
                                      "--data",
                                      "circles(64, noise=0.1)",
                                      "--epochs",
                                      "2",
                                      "--dtype",
                                      "float64",
                                      "--threads",
                                      "1",
                                      "--batch-size",
                                      "16",
                                      "--quiet"};
  REQUIRE(run_program(with(wide, {"--save", "a.safetensors"}), folder.path()).status == 0);
  for (const char* file : {"b.safetensors", "c.safetensors"})
    REQUIRE(run_processes(3, with(wide, {"--save", file}), folder.path()).status == 0);
  const Model together = load_model(folder / "b.safetensors");
  CHECK(apart(load_model(folder / "a.safetensors"), together) < 1e-9);
  CHECK(apart(load_model(folder / "c.safetensors"), together) == 0);
}

TEST_CASE("mpirun: --sync-batch-norm has the statistics of one process, and without it others",
          "[cli][train][needs-mpirun]") {
  if (!has_mpirun()) return;
  const TemporaryFolder folder;
  const std::vector<std::string> normed =
      rings_for("3", {"--batch-norm", "--batch-size", "16", "--dtype", "float64"});
  REQUIRE(run_program(with(normed, {"--save", "a.safetensors"}), folder.path()).status == 0);
  REQUIRE(run_processes(2, with(normed, {"--save", "b.safetensors"}), folder.path()).status == 0);
  REQUIRE(run_processes(2, with(normed, {"--sync-batch-norm", "--save", "c.safetensors"}),
                        folder.path())
              .status == 0);
  const Model alone = load_model(folder / "a.safetensors");
  CHECK(apart(alone, load_model(folder / "c.safetensors")) < 1e-6);
  CHECK(apart(alone, load_model(folder / "b.safetensors")) > 1e-3);
}

TEST_CASE("mpirun: a checkpoint of two processes goes on with one, and then with four",
          "[cli][train][needs-mpirun]") {
  if (!has_mpirun()) return;
  const TemporaryFolder folder;
  const auto until = [](const char* epochs) {
    return rings_for(epochs, {"--dtype", "float64", "--checkpoint", "c.ckpt"});
  };
  const auto resumed = [&](const char* epochs) {
    return with(until(epochs), {"--resume", "c.ckpt"});
  };
  REQUIRE(run_processes(2, until("3"), folder.path()).status == 0);
  REQUIRE(run_program(resumed("6"), folder.path()).status == 0);
  REQUIRE(run_processes(4, resumed("9"), folder.path()).status == 0);
  const Checkpoint last = load_checkpoint(folder / "c.ckpt");
  CHECK(last.epoch == 9);
  CHECK(last.model.history.size() == 9);
  REQUIRE(
      run_program(rings_for("9", {"--dtype", "float64", "--checkpoint", "d.ckpt"}), folder.path())
          .status == 0);
  CHECK(apart(last.model, load_checkpoint(folder / "d.ckpt").model) < 1e-9);
}

TEST_CASE(
    "mpirun: a process that is killed ends the job, which says so and where the checkpoint is",
    "[cli][train][needs-mpirun]") {
  if (!has_mpirun()) return;
  for (const int victim : {0, 1, 2}) {
    CAPTURE(victim);
    const TemporaryFolder folder;
    write_text(folder / "rings.lesson", endless);
    // each process says what it is called
    const ProgramRun run = run_shell(
        "$mpirun -n 3 sh -c 'echo $$ > pid.$OMPI_COMM_WORLD_RANK; exec \"$0\" train rings.lesson "
        "--checkpoint c.ckpt --threads 1 --quiet' $tracer &\n"
        "for k in $(seq 600); do [ -f c.ckpt ] && break; sleep 0.1; done\n"
        "kill -9 $(cat pid." +
            std::to_string(victim) + ")\nwait $!\n",
        folder.path());
    INFO(run.errors);
    CHECK(run.status != 0);
    CHECK(run.status != 124);
    CHECK(has(run.errors, "process " + std::to_string(victim) + " of 0 … 2 has died"));
    CHECK(has(run.errors, "the last checkpoint is c.ckpt, after epoch "));
    CHECK(count_of(run.errors, "has died") == 1);
    CHECK(load_checkpoint(folder / "c.ckpt").epoch > 0);
    CHECK(folder.count() <= 9);  // nothing half-written
  }
}

TEST_CASE("mpirun: what is wrong is said once, and ends all with status 2",
          "[cli][train][needs-mpirun]") {
  if (!has_mpirun()) return;
  const TemporaryFolder folder;
  const ProgramRun run = run_processes(3, {"train", "no-such.lesson"}, folder.path());
  CHECK(run.status == 2);
  CHECK(count_of(run.errors, "tracer: error") == 1);
  write_text(folder / "sum.lesson",
             "param w = 1\ndata x, y in (1, 3), (2, 4), (3, 5), (4, 7)\nL = sum((w*x - y)**2)\n"
             "train L with sgd(lr=0.01), batch_size=4, epochs=1\n");
  const ProgramRun sum = run_processes(2, {"train", "sum.lesson"}, folder.path());
  CHECK(sum.status == 2);
  CHECK(count_of(sum.errors, "no mean over samples") == 1);
}

TEST_CASE("mpirun: a sweep's table is that of one process", "[cli][sweep][needs-mpirun]") {
  if (!has_mpirun()) return;
  const TemporaryFolder folder;
  const auto sweep = [](const std::string& out) {
    return std::vector<std::string>{
        "sweep", "circles-2-5-1", "--set", "lr=0.1,0.01", "--seeds", "2",        "--epochs",
        "3",     "--threads",     "1",     "--out",       out,       "--format", "json"};
  };
  const ProgramRun alone = run_program(sweep("alone"), folder.path());
  REQUIRE(alone.status == 0);
  const ProgramRun together = run_processes(3, sweep("together"), folder.path());
  INFO(together.errors);
  REQUIRE(together.status == 0);
  CHECK(has(together.errors, "3 at a time"));
  Json ours = Json::parse(alone.output);
  Json theirs = Json::parse(together.output);
  for (Json* one : {&ours, &theirs}) {
    for (Json& setting : one->at("settings")) {
      for (const char* clock : {"seconds", "mean_seconds", "time"}) setting.erase(clock);
    }
  }
  CHECK(ours.at("settings") == theirs.at("settings"));
  CHECK(load_model(folder.path() / "together" / "best.safetensors").parameters.size() ==
        load_model(folder.path() / "alone" / "best.safetensors").parameters.size());
  CHECK(apart(load_model(folder.path() / "together" / "best.safetensors"),
              load_model(folder.path() / "alone" / "best.safetensors")) == 0);
}

TEST_CASE("a program without MPI that mpirun starts says so, and does not train twice",
          "[cli][train]") {
  const TemporaryFolder folder;
  fs::copy_file(TRACER_PROGRAM, folder / "tracer");  // no module lies beside it
  const ProgramRun run = run_shell(
      "export OMPI_COMM_WORLD_SIZE=2\nOMPI_COMM_WORLD_RANK=0 ./tracer train circles-2-5-1; echo "
      "$?\n"
      "OMPI_COMM_WORLD_RANK=1 ./tracer train circles-2-5-1; echo $?\n",
      folder.path());
  CHECK(run.output == "2\n2\n");
  CHECK(count_of(run.errors, "2 processes were started, but this tracer was built without MPI") ==
        1);
  CHECK(has(run.errors, "libopenmpi-dev"));
}

TEST_CASE("train --plan says what more processes would give, and where it stops paying",
          "[cli][train]") {
  const ProgramRun run =
      run_program(with(rings, {"--batch-size", "64", "--plan", "4", "--threads", "1", "--latency",
                               "1000", "--bandwidth", "0.001"}));
  INFO(run.errors);
  REQUIRE(run.status == 0);
  for (const char* part :
       {"processes  samples each", "        4            16", "on a machine each",
        "1000.0 µs and 0.00 GB/s between two, as given", "One process is the fastest."}) {
    CAPTURE(part);
    CHECK(has(run.output, part));
  }
  CHECK(run_program(with(rings, {"--latency", "3"})).status == 2);
}

}  // namespace tracer
