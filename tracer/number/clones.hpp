// One portable program that uses the widest vectors of the machine it runs on: a loop is compiled
// once for each kind of processor, and the right one is picked when it runs. For plain loops over
// arrays only: nothing with Eigen in it, whose functions are chosen when they are compiled.
//
//     on_this_processor<sum_rows<float>>(m, n, y, sum)     instead of    sum_rows<float>(m, n, y, sum)
#pragma once

namespace tracer {

// The sanitizers watch the plain loop.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define TRACER_CLONES

namespace detail {

// `flatten`: what the loop calls must become a part of it, or it would be compiled for the oldest
// processor, and the loop would do one entry at a time.
template <auto loop, class... Arguments>
__attribute__((target("avx512f"), flatten, noinline)) auto on_avx512(Arguments... arguments) {
  return loop(arguments...);
}
template <auto loop, class... Arguments>
__attribute__((target("avx2"), flatten, noinline)) auto on_avx2(Arguments... arguments) {
  return loop(arguments...);
}
template <auto loop, class... Arguments>
__attribute__((target("avx2,fma"), flatten, noinline)) auto on_avx2_fused(Arguments... arguments) {
  return loop(arguments...);
}
template <auto loop, class... Arguments>
__attribute__((flatten, noinline)) auto on_any(Arguments... arguments) {
  return loop(arguments...);
}

enum class Vectors { plain, avx2, avx512 };
/// What this processor has, or less where the environment's TRACER_VECTORS says plain or avx2: to
/// compute as another machine does, or to test that path.
Vectors widest_vectors();

}  // namespace detail

/// loop(arguments...), as compiled for this processor.
template <auto loop, class... Arguments>
auto on_this_processor(Arguments... arguments) {
  switch (detail::widest_vectors()) {
    case detail::Vectors::avx512:
      return detail::on_avx512<loop>(arguments...);
    case detail::Vectors::avx2:
      return detail::on_avx2<loop>(arguments...);
    case detail::Vectors::plain:
      break;
  }
  return detail::on_any<loop>(arguments...);
}

/// The loop that is written for vectors of 64, 32 or 16 bytes, whichever this processor has. Where they
/// are wider than 16, a product and the sum it is added to are one step, with one rounding.
template <auto for_64, auto for_32, auto for_16, class... Arguments>
auto on_widest_vectors(Arguments... arguments) {
  switch (detail::widest_vectors()) {
    case detail::Vectors::avx512:
      return detail::on_avx512<for_64>(arguments...);
    case detail::Vectors::avx2:
      return detail::on_avx2_fused<for_32>(arguments...);
    case detail::Vectors::plain:
      break;
  }
  return detail::on_any<for_16>(arguments...);
}

#else

template <auto loop, class... Arguments>
auto on_this_processor(Arguments... arguments) {
  return loop(arguments...);
}
template <auto for_64, auto for_32, auto for_16, class... Arguments>
auto on_widest_vectors(Arguments... arguments) {
  return for_16(arguments...);
}

#endif

}  // namespace tracer
