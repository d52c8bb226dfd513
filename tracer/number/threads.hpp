// How many threads compute, and how a piece of work is divided among them. One team for the whole
// process: products, elementwise kernels and optimisers all use it. The same number of threads
// gives the same result bit for bit, for the division depends on nothing else.
#pragma once

#include <cstddef>
#include <functional>

namespace tracer {

/// How many threads compute: 1 until set_threads is called.
int threads();
/// 1 or more; 0 stands for as many as the machine has cores.
void set_threads(int);

}  // namespace tracer
