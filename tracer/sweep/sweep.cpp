#include "tracer/sweep/sweep.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace tracer {
namespace {

using Clock = std::chrono::steady_clock;

std::vector<const PlannedRun*> missing_in(const Results& results,
                                          const std::vector<const PlannedRun*>& all) {
  std::vector<const PlannedRun*> missing;
  for (const PlannedRun* run : all) {
    if (!results.contains(run->key)) missing.push_back(run);
  }
  return missing;
}

std::vector<const PlannedRun*> share_of(const Shard& shard,
                                        const std::vector<const PlannedRun*>& all) {
  std::vector<const PlannedRun*> share;
  for (std::size_t k = static_cast<std::size_t>(shard.number - 1); k < all.size();
       k += static_cast<std::size_t>(shard.of))
    share.push_back(all[k]);
  return share;
}

// Several threads take runs from the front of a list, and put what comes of them into a folder.
class Workers {
 public:
  Workers(const SweepPlan& plan, SweepFolder& folder, const SweepJobs& jobs, TrainRun train,
          std::vector<const PlannedRun*> waiting, int all)
      : plan_(plan),
        folder_(folder),
        jobs_(jobs),
        train_(std::move(train)),
        waiting_(std::move(waiting)),
        all_(all) {}

  bool run() {
    const auto count =
        std::min<std::size_t>(static_cast<std::size_t>(std::max(jobs_.jobs, 1)), waiting_.size());
    active_ = static_cast<int>(count);
    std::vector<std::thread> threads = started(count);
    watch();
    for (std::thread& thread : threads) thread.join();
    if (failure_) std::rethrow_exception(failure_);
    return kept_ == waiting_.size();
  }

 private:
  // Signals are the calling thread's: a handler's frame must not land in the midst of a product
  // (cli/train_output.cpp has why). A thread inherits the mask of the one that starts it.
  std::vector<std::thread> started(std::size_t count) {
    sigset_t ours;
    sigset_t before;
    sigemptyset(&ours);
    sigaddset(&ours, SIGINT);
    sigaddset(&ours, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ours, &before);
    std::vector<std::thread> threads;
    for (std::size_t k = 0; k < count; ++k) threads.emplace_back([this] { work(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return threads;
  }

  bool stops() const { return stopping_ || (jobs_.stop && jobs_.stop()); }

  const PlannedRun* next() {
    const std::lock_guard lock(mutex_);
    if (stops() || at_ == waiting_.size()) return nullptr;
    ++running_;
    return waiting_[at_++];
  }

  void work() {
    while (const PlannedRun* run = next()) {
      std::optional<FinishedRun> made;
      std::exception_ptr failure;
      try {
        made = train_(*run, [this] { return stops(); });
        if (made) keep(*run, *made);
      } catch (...) {
        failure = std::current_exception();
      }
      const std::lock_guard lock(mutex_);
      --running_;
      if (failure && !failure_) failure_ = failure;
      if (failure) stopping_ = true;
      changed_.notify_all();
    }
    const std::lock_guard lock(mutex_);
    --active_;
    changed_.notify_all();
  }

  void keep(const PlannedRun& run, const FinishedRun& made) {
    const std::lock_guard lock(mutex_);
    folder_.add(run, plan_.name_of_setting(run.setting), made);
    ++kept_;
    if (!made.result.is_done()) ++failed_;
  }

  // On the calling thread, until all workers have left.
  void watch() {
    std::unique_lock lock(mutex_);
    while (active_ > 0) {
      changed_.wait_for(lock, std::chrono::milliseconds(250));
      if (jobs_.on_progress) jobs_.on_progress(progress(), folder_.results());
    }
  }

  SweepProgress progress() const {
    const auto now = static_cast<int>(kept_);
    const int before = all_ - static_cast<int>(waiting_.size());
    return {before + now, failed_, running_,
            all_,         now,     std::chrono::duration<double>(Clock::now() - began_).count()};
  }

  const SweepPlan& plan_;
  SweepFolder& folder_;
  const SweepJobs& jobs_;
  TrainRun train_;
  std::vector<const PlannedRun*> waiting_;
  int all_;
  Clock::time_point began_ = Clock::now();
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t at_ = 0;
  std::size_t kept_ = 0;
  int active_ = 0, running_ = 0, failed_ = 0;
  std::atomic<bool> stopping_{false};
  std::exception_ptr failure_;
};

}  // namespace

bool run_sweep(const SweepPlan& plan, SweepFolder& folder, const SweepJobs& jobs,
               const TrainRun& train) {
  const std::vector<const PlannedRun*> share = share_of(jobs.shard, plan.trainings());
  const TrainRun trains =
      train ? train : [&plan](const PlannedRun& run, const std::function<bool()>& stop) {
        return run_training(plan, run.lesson, stop);
      };
  return Workers(plan, folder, jobs, trains, missing_in(folder.results(), share),
                 static_cast<int>(share.size()))
      .run();
}

}  // namespace tracer
