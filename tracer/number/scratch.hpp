// An MPFR number that frees itself. Next: enclosure.cpp, which computes with them.
#pragma once

#include <mpfr.h>

namespace tracer {

/// Memory for one binary fraction on the way.
class Scratch {
 public:
  explicit Scratch(int bits) { mpfr_init2(value_, bits); }
  ~Scratch() { mpfr_clear(value_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  operator mpfr_ptr() { return value_; }
  mpfr_ptr get() { return value_; }

 private:
  mpfr_t value_;
};

}  // namespace tracer
