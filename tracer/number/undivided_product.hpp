// A product that is not divided among threads: for work that is itself divided into pieces of a fixed
// size, whose result is then the same, bit for bit, for every number of threads. (Where multiply() is
// called inside of such a piece, it still computes in as many parts as there are threads, one after the
// other; and a library may add up the sums at the edges of a part in another order.)
#pragma once

#include "tracer/number/product.hpp"

namespace tracer {

/// As multiply(), on this thread, in one call of the library.
template <class S>
void multiply_undivided(S* c, const Factor<S>& a, const Factor<S>& b, bool add);

}  // namespace tracer
