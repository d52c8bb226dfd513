// The real terminal: puts Screens on it and reads keys, by ncurses. The one place that knows that
// library, and the only one of this folder that is not tested without a terminal.
#pragma once

#include "tracer/step/key.hpp"
#include "tracer/step/screen.hpp"

namespace tracer {

/// What a full screen needs of the terminal.
struct TerminalWish {
  bool colour = true;
  bool unicode = true;
};

/// While there is one, the terminal is a full screen. It is left as it was with the object; and by
/// the signals that end a program (Ctrl-C, kill, a crash), which then do what they always do.
/// There can be one at a time.
class Terminal {
 public:
  /// Throws Error: standard input or output is no terminal, or one on which nothing can be placed.
  explicit Terminal(const TerminalWish&);
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  ScreenSize size() const;
  void show(const Screen&);
  /// Waits for it.
  Key read();
  /// Whether something has been typed that read() has not given yet.
  bool is_key_waiting() const;
};

}  // namespace tracer
