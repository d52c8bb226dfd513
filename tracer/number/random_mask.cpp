// The masks of dropout: many draws at once, which need no arithmetic that rounds.
#include "tracer/number/clones.hpp"
#include "tracer/number/random.hpp"
#include "tracer/number/threads.hpp"

namespace tracer {
namespace {

// The n-th number of a stream depends on n alone, so they are drawn side by side.
template <class S>
void draw(std::ptrdiff_t begin, std::ptrdiff_t end, std::uint64_t start, std::uint64_t below,
          S* mask) {
  for (std::ptrdiff_t i = begin; i < end; ++i) {
    const std::uint64_t state = start + (static_cast<std::uint64_t>(i) + 1) * golden_gamma;
    mask[i] = (mixed(state) >> 40U) < below ? S(0) : S(1);
  }
}

}  // namespace

template <class S>
void RandomStream::mask(S* to, std::ptrdiff_t n, float drop) {
  // uniform() < drop, for uniform() = (bits >> 40)·2⁻²⁴
  const double scaled = static_cast<double>(drop) * 0x1p24;
  auto below = static_cast<std::uint64_t>(scaled);
  if (static_cast<double>(below) < scaled) ++below;
  in_parts(n, 4096, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    on_this_processor<draw<S>>(begin, end, state_, below, to);
  });
  state_ += static_cast<std::uint64_t>(n) * golden_gamma;
}

template void RandomStream::mask<float>(float*, std::ptrdiff_t, float);
template void RandomStream::mask<double>(double*, std::ptrdiff_t, float);

}  // namespace tracer
