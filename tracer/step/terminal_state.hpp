// What kind of terminal this is, by terminfo, and leaving it as it was, from a signal handler too.
// terminal.hpp puts this to use.
#pragma once

namespace tracer {

/// Throws Error: standard input or output is no terminal, or one of which nothing is known, or on
/// which nothing can be placed.
void require_terminal();

/// To be called before anything changes them.
void keep_terminal_modes();
/// From now on the signals that end a program (Ctrl-C, kill, a crash) leave the terminal as
/// keep_terminal_modes() found it, and then do what they always do. The terminal's escapes must be
/// known by now (newterm).
void restore_at_signals();
/// The signals do what they did before.
void leave_signals_alone();

}  // namespace tracer
