// How work is divided among threads.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

#include "tests/catch.hpp"
#include "tests/number/thread_count.hpp"
#include "tracer/number/denormals.hpp"
#include "tracer/number/threads.hpp"

using namespace tracer;
using tracer::test::ThreadCount;

namespace {

using ThreadParts = std::vector<std::pair<std::ptrdiff_t, std::ptrdiff_t>>;

// How [0, n) is divided, in order.
ThreadParts parts_of(std::ptrdiff_t n, std::ptrdiff_t grain) {
  std::vector<std::ptrdiff_t> end_of(static_cast<std::size_t>(n) + 1, -1);
  in_parts(n, grain, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    end_of[static_cast<std::size_t>(begin)] = end;
  });
  ThreadParts parts;
  for (std::ptrdiff_t at = 0; at < n; at = parts.back().second)
    parts.emplace_back(at, end_of.at(static_cast<std::size_t>(at)));
  return parts;
}

}  // namespace

TEST_CASE("work is divided evenly, the same way each time", "[number][threads]") {
  const ThreadCount team(3);
  CHECK(threads() == 3);
  const ThreadParts thirds{{0, 33}, {33, 66}, {66, 100}};
  for (int round = 0; round < 20; ++round) CHECK(parts_of(100, 10) == thirds);
}

TEST_CASE("no part is smaller than a grain", "[number][threads]") {
  const ThreadCount team(4);
  CHECK(parts_of(25, 10) == ThreadParts{{0, 12}, {12, 25}});
  CHECK(parts_of(19, 10) == ThreadParts{{0, 19}});
  CHECK(parts_of(8, 0) == ThreadParts{{0, 2}, {2, 4}, {4, 6}, {6, 8}});  // a grain of 0 is one of 1
}

TEST_CASE("0 threads stands for all that the machine has, one thread does all alone",
          "[number][threads]") {
  {
    const ThreadCount team(0);
    CHECK(threads() >= 1);
  }
  CHECK(threads() == 1);
  CHECK(parts_of(1000, 1) == ThreadParts{{0, 1000}});
}

TEST_CASE("a part that divides its own work does it alone", "[number][threads]") {
  const ThreadCount team(2);
  std::vector<int> done(100, 0);
  in_parts(100, 1, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    in_parts(end - begin, 1, [&](std::ptrdiff_t from, std::ptrdiff_t to) {
      for (std::ptrdiff_t i = from; i < to; ++i) ++done[static_cast<std::size_t>(begin + i)];
    });
  });
  CHECK(done == std::vector<int>(100, 1));
}

TEST_CASE("a team does every part once, and hands an exception on", "[number][threads]") {
  const ThreadCount team(3);
  for (int round = 0; round < 200; ++round) {
    std::vector<int> done(1000, 0);
    in_parts(1000, 10, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      for (std::ptrdiff_t i = begin; i < end; ++i) ++done[static_cast<std::size_t>(i)];
    });
    REQUIRE(done == std::vector<int>(1000, 1));
  }
  CHECK_THROWS_AS(in_parts(1000, 10,
                           [](std::ptrdiff_t begin, std::ptrdiff_t) {
                             if (begin > 0) throw std::runtime_error("in a part");
                           }),
                  std::runtime_error);
  int parts = 0;
  in_parts(5, 10, [&](std::ptrdiff_t, std::ptrdiff_t) { ++parts; });
  CHECK(parts == 1);  // too little to divide
}

TEST_CASE("a caller who has waited for a member without a core goes on alone for a while",
          "[number][threads]") {
  const ThreadCount team(2);
  const std::thread::id caller = std::this_thread::get_id();
  // as a member that loses its core in the midst of a part
  const auto helped = [&](std::chrono::milliseconds without_core) {
    std::atomic<bool> by_member = false;
    in_parts(2, 1, [&](std::ptrdiff_t, std::ptrdiff_t) {
      if (std::this_thread::get_id() == caller) {
        std::this_thread::sleep_for(std::chrono::microseconds(50));  // the member gets its part
      } else {
        by_member = true;
        std::this_thread::sleep_for(without_core);
      }
    });
    return by_member.load();
  };
  using namespace std::chrono_literals;
  bool was_held_up = false;
  for (int round = 0; round < 2000 && !was_held_up; ++round) was_held_up = helped(30ms);
  REQUIRE(was_held_up);
  for (int piece = 0; piece < 20; ++piece) CHECK_FALSE(helped(0ms));  // for 20 times 30 ms
}

TEST_CASE("what decays goes to 0 in all threads that share the work, and only as long as asked",
          "[number]") {
  const ThreadCount two(2);
  const auto decayed = [] {
    std::vector<float> m(100'000, 1e-37F);
    for (int step = 0; step < 400; ++step)
      in_parts(static_cast<std::ptrdiff_t>(m.size()), 1000,
               [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
                 for (auto i = begin; i < end; ++i) m[static_cast<std::size_t>(i)] *= 0.9F;
               });
    return m;
  };
  const auto is_zero = [](float x) { return x == 0; };
  {
    const FlushDenormals flushing;
    const std::vector<float> m = decayed();
    CHECK(std::all_of(m.begin(), m.end(), is_zero));
  }
  const std::vector<float> m = decayed();
  CHECK(std::none_of(m.begin(), m.end(), is_zero));
}
