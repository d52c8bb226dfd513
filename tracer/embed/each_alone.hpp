// Work in pieces of a fixed size, so that the result is the same, bit for bit, for every number of
// threads: which thread has a piece changes, what is computed in it does not. Products in a piece: number/undivided_product.hpp. Next: neighbours.hpp.
#pragma once

#include <cstddef>

#include "tracer/number/threads.hpp"

namespace tracer::embed {

/// Calls work(k) for every k from 0 to n − 1, on the team's threads.
template <class Work>
void each_alone(std::ptrdiff_t n, Work&& work) {
  in_parts(n, 1, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    for (std::ptrdiff_t k = begin; k < end; ++k) work(k);
  });
}

}  // namespace tracer::embed
