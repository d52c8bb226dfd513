#include "tracer/cli/interrupt.hpp"

#include <array>
#include <csignal>
#include <cstddef>

#include <unistd.h>

#include "tracer/number/threads.hpp"

namespace tracer::cli {
namespace {

volatile std::sig_atomic_t signals = 0;
struct sigaction before_int;   // NOLINT: the handlers of a process are global, so are these
struct sigaction before_term;  // NOLINT

// A signal's frame is written below the stack pointer, and oneDNN's products point that into a
// small buffer of their own while they run (its sgemm, 2.6): the frame would land in whatever lies
// before that buffer. So the handler gets a stack of its own (sigaltstack(2)). 64 KiB: a frame with
// AVX-512 and AMX registers takes 12.
alignas(16) std::array<std::byte, std::size_t{64} * 1024> handler_stack;

// Only what may be called in a signal handler (signal-safety(7)).
void count(int signal) {
  signals = signals + 1;
  if (signals > 1) _exit(128 + signal);  // what a shell expects of a program ended by a signal
}

// Such a stack is one thread's. The others never take these signals: they inherit the mask of the
// thread that starts them.
void start_threads_that_take_no_signals() {
  sigset_t ours;
  sigset_t before;
  sigemptyset(&ours);
  sigaddset(&ours, SIGINT);
  sigaddset(&ours, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ours, &before);
  in_parts(threads(), 1, [](std::ptrdiff_t, std::ptrdiff_t) {});
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace

Interrupt::Interrupt() {
  signals = 0;
  start_threads_that_take_no_signals();
  stack_t stack{};
  stack.ss_sp = handler_stack.data();
  stack.ss_size = handler_stack.size();
  sigaltstack(&stack, nullptr);
  struct sigaction action {};
  action.sa_handler = count;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART | SA_ONSTACK;  // a write that is under way goes on
  sigaction(SIGINT, &action, &before_int);
  sigaction(SIGTERM, &action, &before_term);
}

Interrupt::~Interrupt() {
  sigaction(SIGINT, &before_int, nullptr);
  sigaction(SIGTERM, &before_term, nullptr);
  stack_t none{};
  none.ss_flags = SS_DISABLE;
  sigaltstack(&none, nullptr);
}

bool Interrupt::asked() { return signals > 0; }

}  // namespace tracer::cli
