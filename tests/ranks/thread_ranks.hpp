// Processes that train together, as threads of a test.
#pragma once

#include <algorithm>
#include <barrier>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "tracer/ranks/ranks.hpp"

namespace tracer::test {

class ThreadRanks final : public Ranks {
 public:
  struct All {
    explicit All(int count) : size(count), here(count), places(static_cast<std::size_t>(count)) {}
    int size;
    std::barrier<> here;
    std::vector<const void*> places;  // what each one has for the others
    std::mutex mutex;
    std::vector<std::pair<int, Message>> sent;  // and to whom
    long long sums = 0;
  };
  ThreadRanks(int rank, All& all) : rank_(rank), all_(all) {}

  int rank() const override { return rank_; }
  int size() const override { return all_.size; }
  int on_this_machine() const override { return all_.size; }
  void sum(std::span<float> entries) override { sum_of(entries); }
  void sum(std::span<double> entries) override { sum_of(entries); }
  void broadcast(std::span<float> entries) override { broadcast_of(entries); }
  void broadcast(std::span<double> entries) override { broadcast_of(entries); }
  std::vector<std::string> gather(std::string_view own) override {
    std::vector<std::string> texts;
    exchange(&own, [&](const void* one) {
      texts.emplace_back(*static_cast<const std::string_view*>(one));
    });
    return texts;
  }
  void send(int to, std::string_view text) override {
    const std::lock_guard lock(all_.mutex);
    all_.sent.push_back({to, {rank_, std::string(text)}});
  }
  std::optional<Message> receive() override {
    const std::lock_guard lock(all_.mutex);
    for (auto at = all_.sent.begin(); at != all_.sent.end(); ++at) {
      if (at->first != rank_) continue;
      Message message = std::move(at->second);
      all_.sent.erase(at);
      return message;
    }
    return std::nullopt;
  }
  void say(std::string_view) override {}
  void when_one_dies(std::function<std::string(int)>) override {}
  void finish() override {}
  [[noreturn]] void abort(int) override { throw std::logic_error("aborted"); }

 private:
  // f of what each one has, in the order of their numbers; it stays until all have seen it.
  template <class F>
  void exchange(const void* own, const F& f) {
    all_.places[static_cast<std::size_t>(rank_)] = own;
    all_.here.arrive_and_wait();
    for (const void* one : all_.places) f(one);
    all_.here.arrive_and_wait();
  }
  template <class S>
  void sum_of(std::span<S> entries) {
    std::vector<S> sum;
    exchange(&entries, [&](const void* one) {
      const auto& theirs = *static_cast<const std::span<S>*>(one);
      if (theirs.size() != entries.size()) throw std::logic_error("sums of different lengths");
      if (sum.empty()) {
        sum.assign(theirs.begin(), theirs.end());
        return;
      }
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += theirs[i];
    });
    std::copy(sum.begin(), sum.end(), entries.begin());
    if (rank_ == 0) ++all_.sums;
    all_.here.arrive_and_wait();
  }
  template <class S>
  void broadcast_of(std::span<S> entries) {
    std::vector<S> first;
    exchange(&entries, [&](const void* one) {
      const auto& theirs = *static_cast<const std::span<S>*>(one);
      if (first.empty()) first.assign(theirs.begin(), theirs.end());
    });
    std::copy(first.begin(), first.end(), entries.begin());
    all_.here.arrive_and_wait();
  }

  int rank_;
  All& all_;
};

/// f(ranks) in as many threads; what one throws is thrown (all have to, or the others wait for ever).
/// Returns how many sums there were.
inline long long as_processes(int count, const std::function<void(Ranks&)>& f) {
  ThreadRanks::All all(count);
  std::vector<std::exception_ptr> failures(static_cast<std::size_t>(count));
  std::vector<std::thread> threads;
  for (int rank = 0; rank < count; ++rank) {
    threads.emplace_back([&, rank] {
      ThreadRanks ranks(rank, all);
      try {
        f(ranks);
      } catch (...) {
        failures[static_cast<std::size_t>(rank)] = std::current_exception();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
  return all.sums;
}

}  // namespace tracer::test
