// A program that runs beside us: its three streams, and its end. Next: program.hpp, which talks to
// it.
#pragma once

#include <csignal>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace tracer {

/// An open file that closes itself.
class Handle {
 public:
  explicit Handle(int fd = -1) : fd_(fd) {}
  ~Handle() { close(); }
  Handle(Handle&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Handle& operator=(Handle&& other) noexcept;
  int get() const { return fd_; }  ///< -1 where it is closed
  bool is_open() const { return fd_ >= 0; }
  void close();

 private:
  int fd_;
};

/// A write to a program that has ended raises SIGPIPE, which would end us as well. It is held back
/// in this thread for as long as the object lives; one that came is taken away.
class NoBrokenPipe {
 public:
  NoBrokenPipe();
  ~NoBrokenPipe();
  NoBrokenPipe(const NoBrokenPipe&) = delete;
  NoBrokenPipe& operator=(const NoBrokenPipe&) = delete;
  /// The signals that were held back before.
  const sigset_t& before() const { return before_; }

 private:
  sigset_t pipe_{};
  sigset_t before_{};
};

/// What is to be run, and what it may take.
struct ProcessStart {
  std::string program;                        ///< the file
  std::vector<std::string> words;             ///< its name, then its arguments
  std::string folder = {};                    ///< that it runs in; empty: ours
  std::vector<std::string> environment = {};  ///< "NAME=value", beside ours
  std::uint64_t memory = 0;                   ///< bytes of address space; 0: as much as we may
  std::uint64_t seconds = 0;                  ///< of the processor; 0: as many as we may
};

class Process {
 public:
  /// Starts it in a process group of its own, with these signals held back. Where the thread ends
  /// that starts it, or we are killed, it is too (on Linux). Throws Error where that can't be done;
  /// a program that is not there ends with status 127.
  Process(const ProcessStart&, const sigset_t& signals);
  /// `command` with /bin/sh -c.
  Process(const std::string& command, const sigset_t& signals)
      : Process({"/bin/sh", {"sh", "-c", command}}, signals) {}
  /// Kills what is left of it.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// Whether it has ended by itself. It is not waited for yet, so that its group still has its id.
  bool has_ended() const;
  /// Asks its group to end, as Ctrl-C does. Not after end().
  void interrupt() const;
  /// Kills whatever is left of the group. Returns the status of the process as waitpid has it.
  int end();

  Handle input, output, errors;  ///< our ends of its streams; reading and writing never wait

 private:
  pid_t pid_ = -1;
  bool reaped_ = false;
};

}  // namespace tracer
