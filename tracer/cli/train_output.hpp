// What `tracer train` says while it runs: a progress bar on standard error, a line an epoch on
// standard output, as text or as JSON lines; and what it says at the end (report_training).
#pragma once

#include <chrono>
#include <string>

#include "tracer/cli/train_flags.hpp"
#include "tracer/language/program.hpp"
#include "tracer/train/trainer.hpp"
#include "tracer/view/progress.hpp"

namespace tracer::cli {

/// Ctrl-C (SIGINT) and SIGTERM while a training runs: the first lets it end cleanly, the second ends
/// the program at once. While one lives, signals are counted; the old answers to them come back
/// with its end. There may be only one. The threads that compute (number/threads.hpp) are started
/// by it: set_threads() comes before.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  /// Has there been a signal?
  static bool asked();
  /// What a shell expects of a program that a signal has ended: 130 after Ctrl-C; 0: none came.
  static int status();
};

class TrainOutput {
 public:
  TrainOutput(const TrainFlags&, const Program&);

  /// What is to be trained, on how much. Text only.
  void start(const Trainer&) const;
  /// After every step; draws some times a second, and costs next to nothing in between.
  void step(const Progress&);
  /// After every epoch; the last of the history. Of very many epochs only some get a line.
  void epoch(const Trainer&, bool last);
  /// Removes what is left of the bar: before anything else is written.
  void clear_bar();

  bool json() const { return json_; }
  bool quiet() const { return quiet_; }

 private:
  bool has_line(const EpochRecord&, bool last) const;
  void pictures(const Trainer&);

  const Program& program_;
  bool json_;
  bool quiet_;
  bool verbose_;
  bool draws_;  // standard error is a terminal
  bool pictures_;
  std::chrono::steady_clock::time_point next_picture_{};
  std::string dtype_;
  std::string colour_;
  Style style_;
  ProgressBar bar_;
  std::chrono::steady_clock::time_point drawn_;
};

/// Everything after the last epoch. Returns the exit status: 1 where an expectation fails or the
/// loss was not finite. Throws Error where a file can't be written, after all has been shown.
int report_training(Trainer&, const Program&, TrainOutput&, const TrainFlags&, bool finite);

}  // namespace tracer::cli
