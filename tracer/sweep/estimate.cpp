#include "tracer/sweep/estimate.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/language/elaborate.hpp"
#include "tracer/language/settings.hpp"
#include "tracer/sweep/rungs.hpp"

namespace tracer {
namespace {

using Clock = std::chrono::steady_clock;
double since(Clock::time_point began) {
  return std::chrono::duration<double>(Clock::now() - began).count();
}

// Seconds of a run.
struct Measured {
  double beside = 0;  // reading its data, building its graph, scoring
  double epoch = 0;
  double of(double epochs) const { return beside + epochs * epoch; }
};

// Of a search an epoch may take minutes, and can't be ended in its midst: it gets two iterations.
constexpr int probed_iterations = 2;

Measured measured(const SweepPlan& plan, const PlannedRun& run, const TrainingSize& size,
                  double seconds) {
  const Clock::time_point began = Clock::now();
  const Source lesson =
      size.iterations > 0
          ? with_training(run.lesson, {{"max_iter", std::to_string(probed_iterations)}})
          : run.lesson;
  const Program program = load_program(lesson);
  constexpr int least_steps = 3;
  int steps = 0;
  Progress first;  // the first step allocates, and finds nothing in the caches
  Progress last;
  TrainerOptions options;
  options.dtype = plan.dtype;
  options.threads = plan.threads;
  options.planted = plan.planted;
  options.on_batch = [&](const Progress& now) {
    if (first.samples_done == 0 || now.epoch != last.epoch) first = now;
    last = now;
    ++steps;
  };
  std::optional<Clock::time_point> until;
  options.stop = [&] { return steps >= least_steps && Clock::now() >= *until; };
  Trainer trainer(program, std::move(options));
  Measured made;
  made.beside = since(began);
  until = Clock::now() +
          std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  double first_epoch = 0;
  double others = 0;
  int whole = 0;
  try {
    while (!trainer.done()) {
      const Clock::time_point epoch_began = Clock::now();
      const EpochRecord record = trainer.epoch();
      const double all = since(epoch_began);
      if (record.cut && whole > 0) break;
      if (record.cut) {
        const Progress& from = last.samples_done > first.samples_done ? first : Progress{};
        const double step = (last.seconds - from.seconds) / (last.samples_done - from.samples_done);
        made.epoch = step * last.samples + all - record.seconds;
        break;
      }
      (whole++ == 0 ? first_epoch : others) += all;
    }
  } catch (const Error&) {  // the loss is not finite: such a run ends soon
  }
  if (whole > 0) made.epoch = whole == 1 ? first_epoch : others / (whole - 1);
  if (size.iterations > 0) made.epoch *= static_cast<double>(size.iterations) / probed_iterations;
  // the scores: forward passes, of which an epoch has one and a backward pass of twice its work
  const double passes = 1 + static_cast<double>(plan.judged) / std::max(plan.trained, 1);
  made.beside += passes * made.epoch / std::max(size.iterations, 1) / 3;
  return made;
}

// The first run of each setting that is a training of its own, in the order in which they are tried:
// the least, the most, and what is farthest from those before.
std::vector<const PlannedRun*> in_order(const SweepPlan& plan) {
  std::map<std::string_view, const PlannedRun*> firsts;  // by key
  for (const PlannedRun& run : plan.runs) {
    if (run.seed == plan.seeds.front() && run.fold <= 1) firsts.emplace(run.key, &run);
  }
  std::vector<const PlannedRun*> sorted;
  for (const auto& [key, run] : firsts) sorted.push_back(run);
  const auto size_of = [&](const PlannedRun* run) -> const TrainingSize& {
    return plan.sizes[static_cast<std::size_t>(run->setting)];
  };
  std::ranges::sort(sorted, [&](const PlannedRun* a, const PlannedRun* b) {
    if (size_of(a).work != size_of(b).work) return size_of(a).work < size_of(b).work;
    return a->setting < b->setting;
  });
  // halves: 0, n − 1, the middle, the middles of what is between ...
  std::vector<const PlannedRun*> order{sorted.front()};
  if (sorted.size() > 1) order.push_back(sorted.back());
  for (std::size_t parts = 2; parts < 2 * sorted.size(); parts *= 2) {
    for (std::size_t k = 1; k < parts; k += 2) {
      const PlannedRun* run = sorted[k * (sorted.size() - 1) / parts];
      if (std::ranges::find(order, run) == order.end()) order.push_back(run);
    }
  }
  for (const PlannedRun* run : sorted) {
    if (std::ranges::find(order, run) == order.end()) order.push_back(run);
  }
  // of each optimizer one, before a second one of any
  std::vector<std::string_view> seen;
  std::stable_partition(
      order.begin() + std::min<std::ptrdiff_t>(2, std::ssize(order)), order.end(),
      [&](const PlannedRun* run) {
        const std::string& name = size_of(run).optimizer;
        const bool is_new =
            name != size_of(order[0]).optimizer &&
            name != size_of(order[std::min<std::size_t>(1, order.size() - 1)]).optimizer &&
            std::ranges::find(seen, name) == seen.end();
        if (is_new) seen.push_back(name);
        return is_new;
      });
  return order;
}

class Probes {
 public:
  Probes(const SweepPlan& plan, double seconds)
      : plan_(plan), seconds_(seconds), waiting_(in_order(plan)) {}

  void run(int jobs) {
    std::vector<std::thread> threads;
    for (int k = 0; k < jobs; ++k) threads.emplace_back([this] { work(); });
    for (std::thread& thread : threads) thread.join();
    if (failure_) std::rethrow_exception(failure_);
  }

  std::size_t tried() const { return by_setting_.size(); }

  // Where a setting was not tried: from the one that is most like it.
  Measured of(int setting) const {
    const auto size_of = [&](int k) -> const TrainingSize& {
      return plan_.sizes[static_cast<std::size_t>(k)];
    };
    const TrainingSize& wanted = size_of(setting);
    const auto distance = [&](const TrainingSize& other) {
      const double factor = std::abs(std::log(other.work / wanted.work));
      return factor + (other.optimizer == wanted.optimizer ? 0 : 100);
    };
    auto nearest = by_setting_.begin();
    for (auto at = by_setting_.begin(); at != by_setting_.end(); ++at) {
      if (distance(size_of(at->first)) < distance(size_of(nearest->first))) nearest = at;
    }
    Measured made = nearest->second;
    const TrainingSize& like = size_of(nearest->first);
    made.epoch *= wanted.work / wanted.epochs / (like.work / like.epochs);
    return made;
  }

 private:
  void work() {
    while (true) {
      const PlannedRun* run = nullptr;
      {
        const std::lock_guard lock(mutex_);
        const bool is_over = at_ >= 2 && since(began_) > seconds_;
        if (at_ == waiting_.size() || is_over || failure_) return;
        run = waiting_[at_++];
      }
      try {
        const Measured made = measured(
            plan_, *run, plan_.sizes[static_cast<std::size_t>(run->setting)], seconds_ / 6);
        const std::lock_guard lock(mutex_);
        by_setting_[run->setting] = made;
      } catch (...) {
        const std::lock_guard lock(mutex_);
        if (!failure_) failure_ = std::current_exception();
      }
    }
  }

  const SweepPlan& plan_;
  double seconds_;
  std::vector<const PlannedRun*> waiting_;
  Clock::time_point began_ = Clock::now();
  std::mutex mutex_;
  std::size_t at_ = 0;
  std::map<int, Measured> by_setting_;
  std::exception_ptr failure_;
};

// Runs one after another, each on the worker that is free first.
double together(const std::vector<double>& runs, int jobs) {
  std::vector<double> busy_until(static_cast<std::size_t>(std::max(jobs, 1)));
  for (const double seconds : runs) *std::ranges::min_element(busy_until) += seconds;
  return std::ranges::max(busy_until);
}

}  // namespace

SweepEstimate estimate_of(const SweepPlan& plan, int jobs, double seconds) {
  Probes probes(plan, seconds);
  SweepEstimate estimate;
  estimate.jobs = static_cast<int>(
      std::min<std::size_t>(plan.trainings().size(), static_cast<std::size_t>(std::max(jobs, 1))));
  probes.run(estimate.jobs);
  estimate.tried = static_cast<int>(probes.tried());
  const auto repeats = plan.seeds.size() * static_cast<std::size_t>(std::max(plan.folds, 1));
  const std::vector<int> sizes = rung_sizes(plan);
  for (int rung = 0; rung < plan.rung_count; ++rung) {
    std::vector<double> least;
    std::vector<double> most;
    std::set<std::string_view> lessons;  // settings that come to the same are trained once
    for (int setting = 0; std::cmp_less(setting, plan.candidates.size()); ++setting) {
      const auto at = static_cast<std::size_t>(setting);
      if (!lessons.insert(plan.lessons[at].text()).second) continue;
      const TrainingSize& size = plan.sizes[at];
      const Measured made = probes.of(setting);
      const double share = static_cast<double>(resources_of(plan, setting, rung)) /
                           resources_of(plan, setting, plan.rung_count - 1);
      // what a few steps tell of many: runs repeated on a busy machine differ by about so much
      constexpr double quicker = 0.85;
      constexpr double slower = 1.25;
      least.push_back(quicker * made.of(std::min<double>(size.least_epochs, share * size.epochs)));
      most.push_back(slower * made.of(share * size.epochs));
    }
    // of a later rung's settings it is not known which they are
    std::ranges::sort(least);
    std::ranges::sort(most, std::greater<>());
    const auto count =
        std::min(static_cast<std::size_t>(sizes[static_cast<std::size_t>(rung)]), least.size());
    const auto all_runs = [&](const std::vector<double>& of_settings) {
      std::vector<double> runs;
      for (std::size_t k = 0; k < repeats; ++k)
        runs.insert(runs.end(), of_settings.begin(),
                    of_settings.begin() + static_cast<std::ptrdiff_t>(count));
      return together(runs, estimate.jobs);
    };
    estimate.least += all_runs(least);
    estimate.most += all_runs(most);
  }
  return estimate;
}

namespace {

// A number of seconds, minutes or hours as one would say it: two digits at most.
std::string in_words(double amount) {
  return fmt::format("{:.2g}", amount < 10 ? amount : std::round(amount));
}

}  // namespace

std::string text_of(const SweepEstimate& estimate) {
  std::string time = "less than a second";
  if (estimate.most >= 1) {
    double unit = 1;
    std::string_view name = "s";
    if (estimate.most >= 100) unit = 60, name = "min";
    if (estimate.most >= 100 * 60) unit = 3600, name = "h";
    const std::string least = in_words(estimate.least / unit);
    const std::string most = in_words(estimate.most / unit);
    time = least == most ? fmt::format("about {} {}", most, name)
                         : fmt::format("about {} to {} {}", least, most, name);
  }
  return fmt::format("It will take {} with {}, as some steps of {} say.", time,
                     estimate.jobs == 1 ? "1 job" : fmt::format("{} jobs", estimate.jobs),
                     estimate.tried == 1 ? "a run" : fmt::format("{} settings", estimate.tried));
}

}  // namespace tracer
