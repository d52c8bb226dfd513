// Ctrl-C (SIGINT) and SIGTERM while a training runs: the first lets it end cleanly, the second ends
// the program at once.
#pragma once

namespace tracer::cli {

/// While one lives, signals are counted; the old answers to them come back with its end. There may
/// be only one. The threads that compute (number/threads.hpp) are started by it: set_threads()
/// comes before.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  /// Has there been a signal?
  static bool asked();
};

}  // namespace tracer::cli
