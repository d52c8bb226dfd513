#include "tracer/serve/jobs.hpp"

#include <utility>

#include "tracer/error.hpp"

namespace tracer::serve {

Ended Jobs::run(const Pane& pane, long long number, Task task) {
  std::shared_ptr<Run> run;
  {
    const std::lock_guard lock(mutex_);
    if (ended_) throw Error("tracer serve is ending");
    Place& place = places_[pane];
    if (number < place.newest) return {.why = Ended::Why::cancelled};
    if (place.run) place.run->cancel();
    if (running_ >= most_) throw Error("too many computations are running; try again in a moment");
    run = runner_.start(std::move(task));
    place = {number, run};
    ++running_;
  }
  // also where wait() throws
  const auto leave = [&](const void*) {
    const std::lock_guard lock(mutex_);
    --running_;
    Place& place = places_[pane];
    if (place.run == run) place.run.reset();
  };
  const std::unique_ptr<const void, decltype(leave)> left(this, leave);
  return run->wait();
}

void Jobs::end() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  for (auto& [pane, place] : places_)
    if (place.run) place.run->cancel();
}

}  // namespace tracer::serve
