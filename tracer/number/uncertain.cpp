#include "tracer/number/uncertain.hpp"

#include "tracer/number/scratch.hpp"

namespace tracer {

long double to_long_double(const Exact& x) {
  Scratch rounded(64);
  if (x.is_rational()) {
    mpfr_set_q(rounded, x.rational().backend().data(), MPFR_RNDN);
  } else {
    mpfi_get_fr(rounded, x.interval().get());
  }
  return mpfr_get_ld(rounded, MPFR_RNDN);
}

Uncertain known(const Exact& x) {
  const long double value = to_long_double(x);
  // a third is rounded by whoever writes it down, a half is not
  const bool exact =
      x.is_rational() && Exact::from_double(static_cast<double>(value)).rational() == x.rational();
  return Uncertain(value, exact ? 0 : value);
}

}  // namespace tracer
