// Numbers below the smallest normal one (1e-38 of a float) taken as 0, while something is trained.
// What decays towards 0, as Adam's moments of a dead unit's weights do (0.9 times what they were, at
// every step), never gets there by rounding: it stays a denormal number, and with those most
// processors compute a hundred times slower.
#pragma once

#include <cstdint>

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace tracer {

/// How the processor treats denormal numbers in this thread; 0 where it has no such switch.
inline unsigned denormals_mode() {
#if defined(__SSE2__)
  return _mm_getcsr();
#elif defined(__aarch64__)
  std::uint64_t mode = 0;
  asm volatile("mrs %0, fpcr" : "=r"(mode));
  return static_cast<unsigned>(mode);
#else
  return 0;
#endif
}
inline void set_denormals_mode([[maybe_unused]] unsigned mode) {
  if (denormals_mode() == mode) return;
#if defined(__SSE2__)
  _mm_setcsr(mode);
#elif defined(__aarch64__)
  asm volatile("msr fpcr, %0" : : "r"(std::uint64_t{mode}));
#endif
}
/// What makes results and operands that are denormal 0.
#if defined(__SSE2__)
inline constexpr unsigned denormals_are_zero = 0x8040;  // FTZ and DAZ of MXCSR
#elif defined(__aarch64__)
inline constexpr unsigned denormals_are_zero = 1U << 24U;  // FZ of FPCR
#else
inline constexpr unsigned denormals_are_zero = 0;
#endif

/// In this thread, and in those that share its work (threads.hpp), as long as it lives.
class FlushDenormals {
 public:
  FlushDenormals() : before_(denormals_mode()) { set_denormals_mode(before_ | denormals_are_zero); }
  ~FlushDenormals() { set_denormals_mode(before_); }
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
  unsigned before_;
};

}  // namespace tracer
