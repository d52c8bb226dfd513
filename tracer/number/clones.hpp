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
__attribute__((flatten, noinline)) auto on_any(Arguments... arguments) {
  return loop(arguments...);
}

enum class Vectors { plain, avx2, avx512 };
inline Vectors widest_vectors() {
  static const Vectors widest = __builtin_cpu_supports("avx512f") ? Vectors::avx512
                                : __builtin_cpu_supports("avx2")  ? Vectors::avx2
                                                                  : Vectors::plain;
  return widest;
}

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

#else

template <auto loop, class... Arguments>
auto on_this_processor(Arguments... arguments) {
  return loop(arguments...);
}

#endif

}  // namespace tracer
