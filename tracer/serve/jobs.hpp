// The computations that run: of each pane of an open page one at a time, the newest. Trainings, which
// go on between requests: trainings.hpp.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "tracer/serve/runner.hpp"

namespace tracer::serve {

/// An open page, by the name it has given itself, and what of it computes.
using Pane = std::pair<std::string, std::string>;

class Jobs {
 public:
  /// `most`: how many may run at the same time.
  explicit Jobs(Runner& runner, std::size_t most = 8) : runner_(runner), most_(most) {}

  /// Runs it to its end. One of the same pane with a lower number is cancelled by it; where one with
  /// a higher number has come before, this one is. Throws Error: too many are running, or none may
  /// start any more.
  Ended run(const Pane&, long long number, Task);
  /// Cancels all, and lets no other start.
  void end();

 private:
  struct Place {
    long long newest = -1;
    std::shared_ptr<Run> run;
  };

  Runner& runner_;
  std::size_t most_;
  std::mutex mutex_;
  std::map<Pane, Place> places_;
  std::size_t running_ = 0;
  bool ended_ = false;
};

}  // namespace tracer::serve
