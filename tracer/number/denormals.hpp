// Numbers below the smallest normal one (1e-38 of a float) taken as 0, while something is trained.
// What decays towards 0, as Adam's moments of a dead unit's weights do (0.9 times what they were, at
// every step), never gets there by rounding: it stays a denormal number, and with those most
// processors compute a hundred times slower.
#pragma once

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace tracer {

/// How the processor treats denormal numbers in this thread; 0 where it has no such switch.
inline unsigned denormals_mode() {
#if defined(__SSE2__)
  return _mm_getcsr();
#else
  return 0;
#endif
}
inline void set_denormals_mode([[maybe_unused]] unsigned mode) {
#if defined(__SSE2__)
  if (_mm_getcsr() != mode) _mm_setcsr(mode);
#endif
}

/// In this thread, and in those that share its work (threads.hpp), as long as it lives.
class FlushDenormals {
 public:
  FlushDenormals() : before_(denormals_mode()) {
    constexpr unsigned results_and_operands = 0x8040;  // FTZ and DAZ of MXCSR
    set_denormals_mode(before_ | results_and_operands);
  }
  ~FlushDenormals() { set_denormals_mode(before_); }
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
  unsigned before_;
};

}  // namespace tracer
