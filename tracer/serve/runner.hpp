// A computation of the workbench: tracer itself once more, in a process of its own, so that one that
// takes too long or too much can be ended, and a crash hurts nobody. Behind an interface: tests of
// the workbench need no processes. Next: child.hpp, jobs.hpp.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

namespace tracer::serve {

/// Two are equal where they differ in nothing but the input.
struct Task {
  std::vector<std::string> arguments;          ///< of the command line, from the command's name on
  std::string input = {};                      ///< its standard input: the lesson
  std::filesystem::path folder = {};           ///< that it runs in
  std::filesystem::path files_below = {};      ///< which files lessons may name
  std::vector<std::string> environment = {};   ///< "NAME=value", beside ours
  std::chrono::seconds longest{20};            ///< by the clock and by the processor
  std::size_t memory = std::size_t{2} << 30;   ///< bytes of address space
  std::size_t output = std::size_t{32} << 20;  ///< bytes; where it writes more, it is ended,
  bool is_taken = false;  ///< or, where somebody takes it meanwhile, waits until that is done

  friend bool operator==(const Task& a, const Task& b) {
    const auto but_input = [](const Task& task) {
      return std::tie(task.arguments, task.folder, task.files_below, task.environment, task.longest,
                      task.memory, task.output, task.is_taken);
    };
    return but_input(a) == but_input(b);
  }
};

struct Ended {
  enum class Why { by_itself, cancelled, too_long, too_much };
  Why why = Why::by_itself;
  int status = 0;           ///< as a shell has it
  std::string output = {};  ///< what take() has not taken
  std::string errors = {};
};

class Run {
 public:
  virtual ~Run() = default;
  /// Goes on until it has ended; once, by whoever started it.
  virtual Ended wait() = 0;

  // Of any thread, also when it has ended:

  virtual void cancel() = 0;
  /// As Ctrl-C does.
  virtual void interrupt() = 0;
  /// What it has written since the last time.
  virtual std::string take() = 0;
};

class Runner {
 public:
  virtual ~Runner() = default;
  /// Throws Error where it can't be started.
  virtual std::shared_ptr<Run> start(Task) = 0;
  /// One of this kind will be started soon: what can be done before its input is known.
  virtual void prepare(Task) {}
};

}  // namespace tracer::serve
