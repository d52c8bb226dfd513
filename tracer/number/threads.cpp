#include "tracer/number/threads.hpp"

#include <algorithm>
#include <thread>

namespace tracer {
namespace {
int count = 1;
}

int threads() { return count; }
void set_threads(int wanted) {
  count = wanted > 0 ? wanted : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace tracer
