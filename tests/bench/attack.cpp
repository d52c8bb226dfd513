#include "tests/bench/attack.hpp"

#include <array>
#include <chrono>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "tests/fuzz/mutate.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/lessons/run_program.hpp"

namespace tracer::bench {
namespace {

namespace fs = std::filesystem;

// A way into the program: what is run, with the changed input in a file of that name.
struct Door {
  std::string name;
  std::string file;
  std::vector<std::string> arguments;
  std::vector<std::string> seeds;
};

std::vector<std::string> seeds_of(std::string_view target) {
  for (const fuzz::Target& one : fuzz::targets()) {
    if (one.name == target) return one.seeds();
  }
  throw std::logic_error("no such target");
}

// The folder gets what the commands need beside the changed file: a lesson, a model, a checkpoint.
std::vector<Door> doors(const fs::path& folder) {
  const std::vector<std::string> lessons = seeds_of("lesson");
  write_text(folder / "small.lesson", lessons.front());
  const ProgramRun trained = run_program({"train", "small.lesson", "--save", "good.safetensors",
                                          "--checkpoint", "good.checkpoint", "--quiet"},
                                         folder);
  if (trained.status != 0) throw std::runtime_error("the model was not made: " + trained.errors);
  const std::string model = read_text(folder / "good.safetensors");
  write_text(folder / "points.csv", "1,2\n0.5,-1\n");
  const std::string csv = "x1,x2,class\n1,2,a\n0.5,-1,b\n3,1,a\n";
  const auto file = [&](std::string_view target, const std::string& name) {
    return Door{"data show " + name, name, {"data", "show", name}, seeds_of(target)};
  };
  return {
      {"derive", "f.lesson", {"derive", "f.lesson"}, lessons},
      {"derive --format latex", "f.lesson", {"derive", "f.lesson", "--format", "latex"}, lessons},
      {"check", "f.lesson", {"check", "f.lesson"}, lessons},
      {"check --dtype float", "f.lesson", {"check", "f.lesson", "--dtype", "float"}, lessons},
      {"train", "f.lesson", {"train", "f.lesson", "--epochs", "2"}, lessons},
      {"check --claimed", "f", {"check", "small.lesson", "--claimed", "f"}, seeds_of("claims")},
      {"grade", "f", {"grade", "small.lesson", "f"}, seeds_of("answers")},
      file("csv", "f.csv"),
      file("npy", "f.npy"),
      file("npz", "f.npz"),
      file("idx", "f.idx"),
      file("gzip", "f.gz"),
      file("png", "f.png"),
      {"train --data",
       "f.csv",
       {"train", "--layers", "2,3,1", "--data", "f.csv", "--epochs", "2"},
       {csv}},
      {"eval", "f.safetensors", {"eval", "f.safetensors", "--data", "circles(10)"}, {model}},
      {"predict", "f.safetensors", {"predict", "f.safetensors", "points.csv"}, {model}},
      {"embed", "f.safetensors", {"embed", "f.safetensors", "--data", "circles(30)"}, {model}},
      {"embed --data",
       "f.csv",
       {"embed", "good.safetensors", "--data", "f.csv", "--method", "pca"},
       {"1,2\n0.5,-1\n3,1\n"}},
      {"train --resume",
       "f.checkpoint",
       {"train", "small.lesson", "--resume", "f.checkpoint"},
       {read_text(folder / "good.checkpoint")}},
      {"train --config",
       "f.toml",
       {"train", "small.lesson", "--config", "f.toml"},
       {"epochs = 2\nlr = 0.1\nquiet = true\nseed = 3\n"}},
  };
}

struct End {
  std::string how;  // "exit 2"
  bool harm = false;
  double seconds = 0;
};

End run_limited(const std::vector<std::string>& arguments, const fs::path& folder,
                const AttackOptions& options) {
  std::vector<char*> argv{const_cast<char*>(TRACER_PROGRAM)};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const auto start = std::chrono::steady_clock::now();
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("no process can be started");
  if (child == 0) {
    const int nothing = open("/dev/null", O_RDWR);
    for (const int stream : {0, 1, 2}) dup2(nothing, stream);
    const rlimit memory{options.bytes, options.bytes};
    const rlimit time{options.seconds, options.seconds + 1};
    const rlimit no_core{0, 0};
    setrlimit(RLIMIT_AS, &memory);
    setrlimit(RLIMIT_CPU, &time);
    setrlimit(RLIMIT_CORE, &no_core);
    setenv("OPENBLAS_NUM_THREADS", "1", 1);
    if (chdir(folder.c_str()) == 0) execv(TRACER_PROGRAM, argv.data());
    _exit(127);
  }
  // a run that waits for something would not use up its seconds
  const auto wall = std::chrono::seconds(6 * options.seconds);
  int status = 0;
  End end;
  for (pid_t ended = 0; ended == 0;) {
    ended = waitpid(child, &status, WNOHANG);
    if (ended != 0) break;
    if (std::chrono::steady_clock::now() - start > wall) {
      kill(child, SIGKILL);
      waitpid(child, &status, 0);
      return {"waits for ever", true, 0};
    }
    usleep(500);
  }
  end.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    end.how =
        signal == SIGXCPU || signal == SIGKILL ? "too long" : fmt::format("signal {}", signal);
    end.harm = true;
  } else {
    end.how = fmt::format("exit {}", WEXITSTATUS(status));
    end.harm = WEXITSTATUS(status) > 3;
  }
  return end;
}

}  // namespace

int attack_bench(const AttackOptions& options) {
  const TemporaryFolder folder;
  std::vector<Door> all = doors(folder.path());
  if (!options.only.empty())
    std::erase_if(all, [&](const Door& door) { return door.name != options.only; });
  if (all.empty()) throw std::runtime_error("there is no such command to attack");
  int harmed = 0;
  fmt::print("{:<22} {:>6} {:>9}  how they ended\n", "", "inputs", "slowest");
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Door& door = all[i];
    RandomStream random(options.seed, door.name);
    const int inputs = options.inputs / static_cast<int>(all.size()) +
                       (static_cast<int>(i) < options.inputs % static_cast<int>(all.size()));
    std::map<std::string, int> ends;
    double slowest = 0;
    for (int k = 0; k < inputs; ++k) {
      const std::string input = fuzz::mutated(
          door.seeds[static_cast<std::size_t>(random.below(door.seeds.size()))], random);
      write_text(folder.path() / door.file, input);
      const End end = run_limited(door.arguments, folder.path(), options);
      ++ends[end.how];
      slowest = std::max(slowest, end.seconds);
      if (!end.harm) continue;
      ++harmed;
      if (!options.kept.empty()) {
        fs::create_directories(options.kept);
        write_text(fs::path(options.kept) / fmt::format("{}-{}-{}", i, k, door.file), input);
      }
    }
    std::string how;
    for (const auto& [end, count] : ends)
      how += fmt::format("{}{} ×{}", how.empty() ? "" : ", ", end, count);
    fmt::print("{:<22} {:>6} {:>7.2f} s  {}\n", door.name, inputs, slowest, how);
    std::fflush(stdout);
  }
  fmt::print("{} of {} did harm\n", harmed, options.inputs);
  return harmed > 0 ? 1 : 0;
}

}  // namespace tracer::bench
