#include "tests/cli/running_program.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tracer {

RunningProgram::RunningProgram(const std::vector<std::string>& arguments,
                               const std::filesystem::path& in)
    : output_(in / "running-output"), errors_(in / "running-errors") {
  std::vector<std::string> words{TRACER_PROGRAM};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const std::string lessons = lessons_folder().string();
  const std::string output = output_.string();
  const std::string errors = errors_.string();
  // both, for it may be killed before it has opened them
  write_text(output_, "");
  write_text(errors_, "");
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error("no process can be started");
  if (pid_ == 0) {
    const int out = open(output.c_str(), O_WRONLY | O_TRUNC);
    const int err = open(errors.c_str(), O_WRONLY | O_TRUNC | O_CREAT, 0600);
    const int none = open("/dev/null", O_RDONLY);
    if (chdir(in.c_str()) != 0 || dup2(none, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 ||
        dup2(err, STDERR_FILENO) < 0 || setenv("TRACER_LESSONS", lessons.c_str(), 1) != 0)
      _exit(126);
    execv(argv[0], argv.data());
    _exit(127);
  }
}

RunningProgram::~RunningProgram() {
  if (ended_) return;
  send(SIGKILL);
  look(true);
}

bool RunningProgram::look(bool wait) {
  if (ended_) return true;
  int status = 0;
  pid_t got = -1;
  do {
    got = waitpid(pid_, &status, wait ? 0 : WNOHANG);
  } while (got < 0 && errno == EINTR);
  if (got == 0) return false;
  ended_ = true;
  status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return true;
}

bool RunningProgram::wait_for(const std::string& text) {
  using namespace std::chrono_literals;
  for (int i = 0; i < 6000; ++i) {
    const bool over = look(false);
    if (read_text(output_).find(text) != std::string::npos) return true;
    if (over) return false;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

void RunningProgram::send(int signal) const {
  if (!ended_) kill(pid_, signal);
}

ProgramRun RunningProgram::end() {
  look(true);
  return {status_, read_text(output_), read_text(errors_)};
}

}  // namespace tracer
