// See terminal_state.hpp.
#include "tracer/step/terminal_state.hpp"

#include <array>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include "tracer/error.hpp"

#define NCURSES_NOMACROS 1
#include <curses.h>
// after all others: it makes macros of plain words (tab, columns, lines)
#include <term.h>

namespace tracer {
namespace {

// All that a handler needs lies here, made beforehand: it may call little more than write().
struct Restoration {
  termios modes{};
  std::array<char, 512> escapes{};
  std::size_t length = 0;
  volatile std::sig_atomic_t active = 0;
};
Restoration restoration;

constexpr std::array ending_signals{SIGINT,  SIGTERM, SIGHUP, SIGQUIT, SIGSEGV,
                                    SIGABRT, SIGBUS,  SIGFPE, SIGILL};
std::array<struct sigaction, ending_signals.size()> actions_before;
std::array<std::byte, 65536> signal_stack;  // a stack that has overflown can't run a handler

int keep_character(int c) {
  if (restoration.length < restoration.escapes.size())
    restoration.escapes[restoration.length++] = static_cast<char>(c);
  return c;
}

void keep_escape(const char* name) {
  const char* escape = tigetstr(name);
  if (escape != nullptr && escape != reinterpret_cast<const char*>(-1))
    tputs(escape, 1, keep_character);
}

void prepare_escapes() {
  restoration.length = 0;
  for (const char* name : {"sgr0", "op", "cnorm", "rmkx", "rmcup"}) keep_escape(name);
}

void restore_and_end(int signal) {
  if (restoration.active != 0) {
    restoration.active = 0;
    const auto written = write(STDOUT_FILENO, restoration.escapes.data(), restoration.length);
    static_cast<void>(written);  // there is nothing left to be done about it
    tcsetattr(STDIN_FILENO, TCSANOW, &restoration.modes);
  }
  raise(signal);  // the handler is gone by now (SA_RESETHAND): it ends as it would have
}

void catch_signals() {
  stack_t stack{};
  stack.ss_sp = signal_stack.data();
  stack.ss_size = signal_stack.size();
  sigaltstack(&stack, nullptr);
  struct sigaction action {};
  action.sa_handler = restore_and_end;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_NODEFER | SA_ONSTACK);
  sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < ending_signals.size(); ++i) {
    sigaction(ending_signals[i], nullptr, &actions_before[i]);
    if (actions_before[i].sa_handler != SIG_IGN)  // nohup: what is ignored stays so
      sigaction(ending_signals[i], &action, nullptr);
  }
}

void release_signals() {
  for (std::size_t i = 0; i < ending_signals.size(); ++i)
    sigaction(ending_signals[i], &actions_before[i], nullptr);
}

}  // namespace

void require_terminal() {
  for (const auto& [descriptor, name] :
       {std::pair{STDIN_FILENO, "input"}, {STDOUT_FILENO, "output"}})
    if (isatty(descriptor) != 1)
      throw Error(
          fmt::format("standard {} is no terminal, and step fills the screen of one; tracer "
                      "derive writes the same lines into a pipe or a file",
                      name));
  const char* type = std::getenv("TERM");
  const std::string called = type == nullptr || *type == '\0' ? "(TERM is not set)" : type;
  constexpr const char* remedy = "set TERM to what it is (xterm-256color), or take tracer derive";
  int found = 0;
  if (type == nullptr || *type == '\0' || setupterm(type, STDOUT_FILENO, &found) != OK)
    throw Error(fmt::format("what kind of terminal this is is not known: {}; {}", called, remedy));
  const char* place = tigetstr("cup");
  const bool can_place = place != nullptr && place != reinterpret_cast<const char*>(-1);
  del_curterm(cur_term);
  if (!can_place)
    throw Error(
        fmt::format("on a terminal of the kind {} nothing can be placed; {}", called, remedy));
}

void keep_terminal_modes() { tcgetattr(STDIN_FILENO, &restoration.modes); }

void restore_at_signals() {
  prepare_escapes();
  restoration.active = 1;
  catch_signals();
}

void leave_signals_alone() {
  restoration.active = 0;
  release_signals();
}

}  // namespace tracer
