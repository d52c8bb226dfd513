// The processes that train together: who they are, and what they do as one. Where a program runs by
// itself there is none of this (a null pointer in its place, which costs nothing); processes that
// mpirun or srun has started have it from a module of its own, which is the only one to know MPI. Next:
// started.hpp, which finds that module; mpi_module.cpp; train/shared_run.hpp, a step that is divided.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tracer {

/// Every process calls the same of these in the same order, but for send() and receive(). Processes
/// have the numbers 0 ... size() − 1. Several threads take
/// turns, except with say().
class Ranks {
 public:
  virtual ~Ranks() = default;

  virtual int rank() const = 0;
  virtual int size() const = 0;
  /// Of these processes, how many are on this machine.
  virtual int on_this_machine() const = 0;
  bool is_first() const { return rank() == 0; }

  /// Replaces each entry by the sum of all processes' entries at its place, added up in the order of
  /// their numbers: the same processes get the same bits, all of them, every time.
  virtual void sum(std::span<float>) = 0;
  virtual void sum(std::span<double>) = 0;
  /// Of the first process, to all.
  virtual void broadcast(std::span<float>) = 0;
  virtual void broadcast(std::span<double>) = 0;
  /// The texts of all, in the order of their numbers, for all.
  virtual std::vector<std::string> gather(std::string_view own) = 0;

  /// To one process, which receives it sometime.
  virtual void send(int to, std::string_view) = 0;
  struct Message {
    int from = 0;
    std::string text;
  };
  /// What has been sent to this process; nothing: not yet. Of one sender they come in its order.
  virtual std::optional<Message> receive() = 0;

  /// To standard error, also where the process has been told to be silent.
  virtual void say(std::string_view) = 0;
  /// Called on a thread of its own when a process of this machine has died, once, in one of those
  /// that live: what it returns is said, and the job ends. To be set before it matters.
  virtual void when_one_dies(std::function<std::string(int dead)>) = 0;
  /// Waits for all the others: then the process may end. Without it the end of one ends the job.
  virtual void finish() = 0;
  /// Ends all processes at once.
  [[noreturn]] virtual void abort(int status) = 0;
};

}  // namespace tracer
