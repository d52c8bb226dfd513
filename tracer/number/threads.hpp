// How many threads compute, and how a piece of work is divided among them. There is one team for
// the whole process: products, elementwise operations and optimisers all use it. The same number of
// threads gives the same result bit for bit, because the division depends on nothing else.
// Next: product.hpp.
#pragma once

#include <algorithm>
#include <cstddef>

namespace tracer {

/// How many threads compute: 1 until set_threads is called.
int threads();
/// 1 or more; 0 stands for as many as the machine has cores.
void set_threads(int);

namespace detail {
/// Calls work(context, part) for every part from 0 to parts − 1, part 0 on this thread, and returns
/// when all are done. An exception of any part is thrown here.
void run_team(int parts, void (*work)(void*, int), void* context);
}  // namespace detail

/// Divides [0, n) into at most threads() parts of at least `grain` and calls work(begin, end) for
/// each, at the same time. A grain is what takes some microseconds: waking a thread takes one.
template <class Work>
void in_parts(std::ptrdiff_t n, std::ptrdiff_t grain, Work&& work) {
  const auto parts = static_cast<int>(
      std::clamp<std::ptrdiff_t>(n / std::max<std::ptrdiff_t>(grain, 1), 1, threads()));
  if (parts == 1) {
    work(std::ptrdiff_t{0}, n);
    return;
  }
  auto part = [&](int i) { work(n * i / parts, n * (i + 1) / parts); };
  detail::run_team(
      parts, [](void* context, int i) { (*static_cast<decltype(part)*>(context))(i); }, &part);
}

}  // namespace tracer
