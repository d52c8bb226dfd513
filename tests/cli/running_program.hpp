// A program that is still running: for tests that interrupt or kill it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

#include "tests/lessons/run_program.hpp"

namespace tracer {

class RunningProgram {
 public:
  /// Starts TRACER_PROGRAM with standard output and error in files of `in`. Throws
  /// std::runtime_error.
  RunningProgram(const std::vector<std::string>& arguments, const std::filesystem::path& in);
  /// Kills it, where it still runs.
  ~RunningProgram();
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;

  /// Waits until standard output holds `text`; false: the program ended, or a minute passed.
  bool wait_for(const std::string& text);
  void send(int signal) const;
  /// Waits for the end. The status is that of a shell: 128 + the signal's number where one ended
  /// it.
  ProgramRun end();

 private:
  pid_t pid_ = -1;
  std::filesystem::path output_, errors_;
  int status_ = -1;
  bool ended_ = false;
  bool look(bool wait);
};

}  // namespace tracer
