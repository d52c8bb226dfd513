#include "tracer/train/step_cost.hpp"

#include <sched.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <exception>
#include <thread>

#include "tracer/error.hpp"
#include "tracer/train/model_file.hpp"

namespace tracer {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_between(Clock::time_point begin, Clock::time_point end) {
  return std::chrono::duration<double>(end - begin).count();
}

// The first of as many, of which there is no other.
class Pretended final : public Ranks {
 public:
  explicit Pretended(int size) : size_(size) {}
  int rank() const override { return 0; }
  int size() const override { return size_; }
  int on_this_machine() const override { return 1; }
  void sum(std::span<float>) override {}
  void sum(std::span<double>) override {}
  void broadcast(std::span<float>) override {}
  void broadcast(std::span<double>) override {}
  std::vector<std::string> gather(std::string_view own) override { return {std::string(own)}; }
  void send(int, std::string_view) override {}
  std::optional<Message> receive() override { return std::nullopt; }
  void say(std::string_view) override {}
  void when_one_dies(std::function<std::string(int)>) override {}
  void finish() override {}
  [[noreturn]] void abort(int) override { throw Error("the measurement was ended"); }

 private:
  int size_;
};

double quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  const auto place =
      values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size()));
  std::ranges::nth_element(values, place);
  return *place;
}

// Steps of a third of a second, the first of which find nothing in the caches and do not count: the
// lower quartile, for a machine that does other things too makes only some of them slow.
double timed_step(const Program& program, TrainerOptions options, int processes) {
  constexpr double enough = 0.3;  // seconds
  constexpr std::size_t warming = 3;
  Pretended pretended(processes);
  options.ranks = processes == 1 ? nullptr : &pretended;
  options.watch = {};
  options.trace_step = {};
  std::vector<double> steps;
  double before = 0;  // of this epoch
  options.on_batch = [&](const Progress& progress) {
    const bool is_first = progress.seconds < before || steps.empty();
    steps.push_back(is_first ? progress.seconds : progress.seconds - before);
    before = progress.seconds;
  };
  const Clock::time_point begin = Clock::now();
  options.stop = [&] {
    return steps.size() > 2 * warming && seconds_between(begin, Clock::now()) > enough;
  };
  Trainer trainer(program, options);
  while (!trainer.done()) {
    before = 0;
    trainer.epoch();
  }
  if (steps.size() > 2 * warming)
    steps.erase(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(warming));
  return quantile(std::move(steps), 0.25);
}

// As long as it lives this thread may run on every core. What mpirun starts is bound to one, and the
// threads that stand for processes of their own would all be on it.
class Unbound {
 public:
  Unbound() {
    sched_getaffinity(0, sizeof before_, &before_);
    cpu_set_t all;
    CPU_ZERO(&all);
    for (int core = 0; core < CPU_SETSIZE; ++core) CPU_SET(core, &all);
    sched_setaffinity(0, sizeof all, &all);
  }
  ~Unbound() { sched_setaffinity(0, sizeof before_, &before_); }
  Unbound(const Unbound&) = delete;
  Unbound& operator=(const Unbound&) = delete;

 private:
  cpu_set_t before_;
};

int rounds(int processes) { return std::bit_width(static_cast<unsigned>(processes - 1)); }

}  // namespace

double sum_seconds(int processes, std::size_t bytes, const LinkCost& link) {
  constexpr std::size_t short_ones = 16 * 1024;  // as the module has it
  const double all = static_cast<double>(bytes) / link.bandwidth;
  const double others = processes - 1;
  if (bytes <= short_ones) return rounds(processes) * link.latency + others * all;
  return 2 * (rounds(processes) * link.latency + others / processes * all);
}

LinkCost measured_link(Ranks& ranks, std::size_t bytes) {
  const auto timed = [&](std::size_t entries) {
    std::vector<float> values(entries, 1.F);
    std::vector<double> times;
    for (int k = 0; k < 50; ++k) {
      const Clock::time_point begin = Clock::now();
      ranks.sum(std::span<float>(values));
      times.push_back(seconds_between(begin, Clock::now()));
    }
    return quantile(std::move(times), 0.5);
  };
  constexpr std::size_t least = 256 * 1024;  // bytes: shorter ones are all latency
  const std::size_t length = std::max(bytes, least);
  const int processes = ranks.size();
  LinkCost link;
  link.latency = timed(4) / rounds(processes);
  const double moving = timed(length / sizeof(float)) / 2 - rounds(processes) * link.latency;
  const double moved = static_cast<double>(length) * (processes - 1) / processes;
  link.bandwidth = moved / std::max(moving, 1e-9);
  return link;
}

double measured_step(const Program& program, const TrainerOptions& options, int processes,
                     int at_once) {
  std::vector<double> times(static_cast<std::size_t>(std::max(at_once, 1)));
  std::vector<std::exception_ptr> failures(times.size());
  std::vector<std::thread> others;
  const auto measure = [&](std::size_t k) {
    try {
      const Unbound unbound;
      times[k] = timed_step(program, options, processes);
    } catch (...) {
      failures[k] = std::current_exception();
    }
  };
  for (std::size_t k = 1; k < times.size(); ++k) others.emplace_back(measure, k);
  measure(0);
  for (std::thread& other : others) other.join();
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
  return quantile(std::move(times), 0.5);
}

Exchange exchange_of(const Program& program, const TrainerOptions& options) {
  const std::size_t entry = options.dtype == Dtype::float32 ? sizeof(float) : sizeof(double);
  Exchange exchange;
  std::size_t entries = 3 + program.parameters.size();  // loss, right ones, who stops; who has any
  for (const std::string& name : program.parameters)
    entries += static_cast<std::size_t>(program.shapes.at(name).count());
  int statistics = 0;
  for (const auto& [name, value] : program.graph(first_batch(program), false)->states) {
    const auto count = static_cast<std::size_t>(program.shapes.at(name).count());
    entries += count;
    ++statistics;
    exchange.short_bytes = std::max(exchange.short_bytes, 2 * count * sizeof(double));
  }
  // of a mean and a variance: both forward, and what comes back, once
  if (options.joint_statistics) exchange.short_sums = 3 * statistics / 2;
  exchange.bytes = entries * entry;
  return exchange;
}

Worthwhile worthwhile(const std::vector<StepCost>& rows) {
  constexpr double enough = 0.9;  // of the time before
  Worthwhile found;
  for (std::size_t k = 0; k < rows.size(); ++k) {
    if (rows[k].step() < rows[found.fastest].step()) found.fastest = k;
  }
  while (found.last_that_pays < found.fastest &&
         rows[found.last_that_pays + 1].step() < enough * rows[found.last_that_pays].step())
    ++found.last_that_pays;
  return found;
}

}  // namespace tracer
