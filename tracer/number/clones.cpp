#include "tracer/number/clones.hpp"

#include <cstdlib>
#include <string_view>

#ifdef TRACER_CLONES

namespace tracer::detail {

Vectors widest_vectors() {
  static const Vectors widest = [] {
    const char* const wanted = std::getenv("TRACER_VECTORS");
    const std::string_view most = wanted == nullptr ? "" : wanted;
    if (most == "plain") return Vectors::plain;
    if (most != "avx2" && __builtin_cpu_supports("avx512f")) return Vectors::avx512;
    const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    return has_avx2 ? Vectors::avx2 : Vectors::plain;
  }();
  return widest;
}

}  // namespace tracer::detail

#endif
