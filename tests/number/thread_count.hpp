// So many threads, as long as it lives.
#pragma once

#include "tracer/number/threads.hpp"

namespace tracer::test {

class ThreadCount {
 public:
  explicit ThreadCount(int n) : before_(threads()) { set_threads(n); }
  ~ThreadCount() { set_threads(before_); }
  ThreadCount(const ThreadCount&) = delete;
  ThreadCount& operator=(const ThreadCount&) = delete;

 private:
  int before_;
};

}  // namespace tracer::test
