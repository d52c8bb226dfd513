#include "tracer/check/judge.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tracer {

double magnitude(const Exact& x) {
  if (x.is_zero_surely()) return 0;
  if (x.is_rational()) {
    // nearest may be below
    return std::nextafter(std::abs(x.to_double()), std::numeric_limits<double>::infinity());
  }
  return std::max(std::abs(mpfr_get_d(x.interval().lower(), MPFR_RNDA)),
                  std::abs(mpfr_get_d(x.interval().upper(), MPFR_RNDA)));
}

double width(const Exact& x) {
  if (x.is_rational()) return 0;
  Interval ends = x.interval();
  mpfr_sub(ends.upper(), ends.upper(), ends.lower(), MPFR_RNDU);
  return mpfr_get_d(ends.upper(), MPFR_RNDU);
}

bool judge_equal(CheckedEntry& entry, const Exact& reference) {
  if (!reference.is_rational() || !entry.gradient.is_rational() ||
      reference.rational() != entry.gradient.rational())
    return false;
  entry.reference = reference;
  entry.agreement = Agreement::equal;
  return true;
}

bool judge(CheckedEntry& entry, const Estimate& reference, const Needed& needed) {
  const Exact between = entry.gradient - reference.value;
  const double own = 2 * reference.error + width(between);
  entry.reference = reference.value;
  entry.error = magnitude(between);
  entry.reference_error = reference.error;
  entry.allowed = own + entry.rounding;
  const bool wrong = entry.error > entry.allowed;
  // where rounding might do more than a hundredth of the terms it is no rounding: the forward pass
  // is off, and nothing is known of the way back
  if (!wrong && !(entry.rounding <= entry.terms / 100)) {  // so written, NaN is not known either
    entry.agreement = Agreement::undecided;
    return true;
  }
  // of what is wrong it is known by how much; what is right must be right to many digits
  const double size = std::max(magnitude(entry.gradient), magnitude(reference.value));
  const double enough = std::max({needed.relative * size, needed.absolute, entry.rounding});
  if (!wrong && own > enough) return false;
  entry.agreement = wrong ? Agreement::wrong : Agreement::agrees;
  return true;
}

}  // namespace tracer
