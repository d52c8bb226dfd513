#include "tracer/claims/process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "tracer/error.hpp"

namespace tracer {
namespace {

struct Pipe {
  Handle read, write;
};

[[noreturn]] void fail_pipe() {
  throw Error(fmt::format("no pipe to a program can be made: {}", std::strerror(errno)));
}

// Where our own standard input or output is closed, a pipe gets its number. In the child it would
// then be overwritten by another stream, or stay what it is, and be closed by exec.
Handle above_the_streams(Handle end) {
  if (end.get() > STDERR_FILENO) return end;
  Handle moved(fcntl(end.get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  if (!moved.is_open()) fail_pipe();
  return moved;
}

Pipe make_pipe() {
  std::array<int, 2> ends{};
  // close on exec: another process that is started at the same time must not hold them open
  if (pipe2(ends.data(), O_CLOEXEC) != 0) fail_pipe();
  Handle read(ends[0]), write(ends[1]);
  return {above_the_streams(std::move(read)), above_the_streams(std::move(write))};
}

// "a", "b" as execve takes them; the texts must live as long.
std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// What is made before the fork: in the child of a program that has threads nothing can be made.
struct Prepared {
  const ProcessStart& start;
  std::vector<char*> words = pointers_to(start.words);
  std::vector<char*> environment = with_ours(start.environment);

 private:
  // Of two of one name the first counts.
  static std::vector<char*> with_ours(const std::vector<std::string>& more) {
    std::vector<char*> all = pointers_to(more);
    all.pop_back();
    for (char** ours = environ; *ours != nullptr; ++ours) all.push_back(*ours);
    all.push_back(nullptr);
    return all;
  }
};

void limit(int what, std::uint64_t most) {
  if (most == 0) return;
  rlimit now{};
  if (getrlimit(static_cast<__rlimit_resource_t>(what), &now) != 0) return;
  now.rlim_cur = std::min<rlim_t>(most, now.rlim_max);
  now.rlim_max = now.rlim_cur;
  setrlimit(static_cast<__rlimit_resource_t>(what), &now);
}

// In the child: only what is allowed after the fork of a program that has threads.
[[noreturn]] void become(const Prepared& prepared, [[maybe_unused]] pid_t parent,
                         const std::array<int, 3>& streams, const sigset_t& signals) {
  setpgid(0, 0);
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // Ctrl-C goes to our group only: it must not outlive us
  if (getppid() != parent) _exit(127);
#endif
  signal(SIGPIPE, SIG_DFL);
  signal(SIGINT, SIG_DFL);
  signal(SIGTERM, SIG_DFL);
  sigprocmask(SIG_SETMASK, &signals, nullptr);
  for (int stream = 0; stream < 3; ++stream) {
    if (dup2(streams[static_cast<std::size_t>(stream)], stream) < 0) _exit(127);
  }
  const ProcessStart& start = prepared.start;
  if (!start.folder.empty() && chdir(start.folder.c_str()) != 0) _exit(127);
#ifndef __SANITIZE_ADDRESS__  // its shadow alone takes terabytes of addresses
  limit(RLIMIT_AS, start.memory);
#endif
  limit(RLIMIT_CPU, start.seconds);
  execve(start.program.c_str(), prepared.words.data(), prepared.environment.data());
  _exit(127);
}

}  // namespace

Handle& Handle::operator=(Handle&& other) noexcept {
  if (this != &other) {
    close();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

void Handle::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

NoBrokenPipe::NoBrokenPipe() {
  sigemptyset(&pipe_);
  sigaddset(&pipe_, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
}

NoBrokenPipe::~NoBrokenPipe() {
  const timespec no_time{};
  if (sigismember(&before_, SIGPIPE) == 0) {
    while (sigtimedwait(&pipe_, nullptr, &no_time) > 0) {
    }
  }
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

Process::Process(const ProcessStart& start, const sigset_t& signals) {
  Pipe in = make_pipe(), out = make_pipe(), err = make_pipe();
  const Prepared prepared{start};
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ < 0)
    throw Error(
        fmt::format("program '{}' can't be started: {}", start.words.back(), std::strerror(errno)));
  if (pid_ == 0)
    become(prepared, parent, {in.read.get(), out.write.get(), err.write.get()}, signals);
  setpgid(pid_, pid_);  // here as well as there: whoever comes first
  input = std::move(in.write);
  output = std::move(out.read);
  errors = std::move(err.read);
  for (const Handle* handle : {&input, &output, &errors}) fcntl(handle->get(), F_SETFL, O_NONBLOCK);
}

Process::~Process() {
  if (!reaped_) end();
}

bool Process::has_ended() const {
  siginfo_t what{};
  return waitid(P_PID, static_cast<id_t>(pid_), &what, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         what.si_pid == pid_;
}

void Process::interrupt() const { kill(-pid_, SIGINT); }

int Process::end() {
  kill(-pid_, SIGKILL);
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  reaped_ = true;
  return status;
}

}  // namespace tracer
