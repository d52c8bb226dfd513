#include "tracer/number/threads.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "tracer/number/denormals.hpp"

namespace tracer {
namespace {

thread_local bool in_a_part = false;  // a part may divide its own work: then it does it alone

struct InAPart {
  InAPart() { in_a_part = true; }
  ~InAPart() { in_a_part = false; }
  InAPart(const InAPart&) = delete;
  InAPart& operator=(const InAPart&) = delete;
};

/// What a thread does while it looks for something: it leaves the core's other half to its
/// neighbour, and now and then the whole core to whoever else wants it.
void pause(int look) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#endif
  if (look % 64 == 63) std::this_thread::yield();
}

// A step of training hands out some twenty pieces of work, microseconds apart, so a member that has
// nothing to do looks for the next piece for a while before it goes to sleep.
constexpr int looks = 10'000;  // some 100 µs

/// A piece of work has parts, and whoever is free takes the next one: on a machine that is busy
/// with other things, the caller does them all rather than wait for a member that does not get a
/// core. One that loses its core in the midst of a part is waited for; then the caller goes on alone
/// for a while, so that such waiting is a small share of the whole.
class Team {
 public:
  explicit Team(int members) {
    for (int i = 1; i < members; ++i) members_.emplace_back([this] { serve(); });
  }
  ~Team() {
    leaving_ = true;
    publish(0);
    for (std::thread& member : members_) member.join();
  }
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  int size() const { return static_cast<int>(members_.size()) + 1; }

  void run(int parts, void (*work)(void*, int), void* context) {
    const Clock::time_point began = Clock::now();
    if (began < alone_until_) {
      const InAPart working;
      for (int i = 0; i < parts; ++i) work(context, i);
      return;
    }
    work_.store(work, std::memory_order_relaxed);
    context_.store(context, std::memory_order_relaxed);
    mode_.store(denormals_mode(), std::memory_order_relaxed);
    done_.store(0, std::memory_order_relaxed);
    failure_ = nullptr;
    publish(parts);
    take_parts();
    const Clock::time_point own_done = Clock::now();
    for (int look = 0; done_.load(std::memory_order_acquire) < parts; ++look) pause(look);
    watch_waiting(began, own_done, Clock::now());
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  using Clock = std::chrono::steady_clock;

  // Parts are alike, and the caller has done one at least: a member that runs is ready soon after.
  void watch_waiting(Clock::time_point began, Clock::time_point own_done, Clock::time_point ended) {
    constexpr std::chrono::microseconds slack{200};  // a page fault, an interrupt
    constexpr int share = 20;                        // waiting is at most a 20th of the time
    const Clock::duration lost = (ended - own_done) - (own_done - began);
    if (lost > slack) alone_until_ = ended + share * lost;
  }

  // A ticket is three numbers in one, changed at once: which piece of work, how many parts it has,
  // and the next part that nobody has taken.
  static constexpr std::uint64_t one_part = 1;
  static constexpr int parts_at = 16;
  static constexpr int piece_at = 32;
  static int next_of(std::uint64_t ticket) { return static_cast<int>(ticket & 0xFFFFU); }
  static int parts_of(std::uint64_t ticket) {
    return static_cast<int>((ticket >> parts_at) & 0xFFFFU);
  }

  void publish(int parts) {
    const std::uint64_t piece = (ticket_.load(std::memory_order_relaxed) >> piece_at) + 1;
    ticket_.store((piece << piece_at) | (static_cast<std::uint64_t>(parts) << parts_at),
                  std::memory_order_release);
    ticket_.notify_all();
  }

  void take_parts() {
    std::uint64_t ticket = ticket_.load(std::memory_order_acquire);
    while (!is_done(ticket)) {
      // Read before the part is taken: once it is, they stay until it is done. Where another thread
      // takes the last part in between they may be of a later piece, but then the exchange fails.
      const auto work = work_.load(std::memory_order_relaxed);
      void* const context = context_.load(std::memory_order_relaxed);
      const unsigned mode = mode_.load(std::memory_order_relaxed);
      if (!ticket_.compare_exchange_weak(ticket, ticket + one_part, std::memory_order_acq_rel,
                                         std::memory_order_acquire))
        continue;
      try {
        const InAPart working;
        set_denormals_mode(mode);
        work(context, next_of(ticket));
      } catch (...) {
        const std::lock_guard lock(failing_);
        if (!failure_) failure_ = std::current_exception();
      }
      done_.fetch_add(1, std::memory_order_acq_rel);
      ticket = ticket_.load(std::memory_order_acquire);
    }
  }

  void serve() {
    for (;;) {
      take_parts();
      std::uint64_t ticket = ticket_.load(std::memory_order_acquire);
      for (int look = 0; look < looks && is_done(ticket); ++look) {
        pause(look);
        ticket = ticket_.load(std::memory_order_acquire);
      }
      if (leaving_) return;
      if (is_done(ticket)) ticket_.wait(ticket);
    }
  }
  static bool is_done(std::uint64_t ticket) { return next_of(ticket) >= parts_of(ticket); }

  std::vector<std::thread> members_;
  Clock::time_point alone_until_{};
  std::atomic<std::uint64_t> ticket_{0};
  std::atomic<void (*)(void*, int)> work_{nullptr};
  std::atomic<void*> context_{nullptr};
  std::atomic<unsigned> mode_{denormals_mode()};  // of the caller
  std::atomic<int> done_{0};
  std::atomic<bool> leaving_{false};
  std::mutex failing_;
  std::exception_ptr failure_;
};

std::atomic<int> wanted{1};
std::mutex at_work;  // held by whoever has the team; another caller does its parts alone
std::unique_ptr<Team> team;

}  // namespace

int threads() { return wanted.load(std::memory_order_relaxed); }

void set_threads(int count) {
  wanted = count > 0 ? count : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

namespace detail {

void run_team(int parts, void (*work)(void*, int), void* context) {
  std::unique_lock lock(at_work, std::defer_lock);
  if (in_a_part || !lock.try_lock()) {
    for (int i = 0; i < parts; ++i) work(context, i);
    return;
  }
  if (!team || team->size() != threads()) {
    team.reset();
    team = std::make_unique<Team>(threads());
  }
  team->run(parts, work, context);
}

}  // namespace detail
}  // namespace tracer
