// Σx² is added up twice, from below and from above, in doubles: each entry is enclosed by two of them,
// and each of the n additions and multiplications rounds off at most 2⁻⁵³ of a sum of terms >= 0.
#include "tracer/derive/quick_norm.hpp"

#include <algorithm>
#include <cmath>

#include "tracer/number/decimal.hpp"

namespace tracer {
namespace {

struct Ends {
  double low, high;  // of |x|
};

Ends size_of(const Exact& x) {
  if (x.is_rational()) {
    const double size = std::fabs(x.to_double());
    return {size * (1 - 0x1p-51), size * (1 + 0x1p-51)};
  }
  const double low = mpfr_get_d(x.interval().lower(), MPFR_RNDD);
  const double high = mpfr_get_d(x.interval().upper(), MPFR_RNDU);
  return {std::max({low, -high, 0.0}), std::max(-low, high)};
}

}  // namespace

std::optional<std::string> quick_norm(const Array<Exact>& value, int digits) {
  double below = 0, above = 0;
  for (Eigen::Index k = 0; k < value.size(); ++k) {
    const Ends size = size_of(value(k));
    below += size.low * size.low;
    above += size.high * size.high;
  }
  if (!(below > 1e-250 && above < 1e250))
    return std::nullopt;  // squares that underflow or are too large
  const double rounded_off = static_cast<double>(value.size() + 16) * 0x1p-52;
  Interval norm(64);
  mpfr_set_d(norm.lower(), std::sqrt(below) * (1 - rounded_off), MPFR_RNDD);
  mpfr_set_d(norm.upper(), std::sqrt(above) * (1 + rounded_off), MPFR_RNDU);
  try {
    std::string text = to_decimal(Exact(std::move(norm)), digits, false).text;
    const std::size_t end = std::min(text.find('e'), text.size());
    if (text[end - 1] != '0') return text;
  } catch (const Undecided&) {  // more bits tell
  }
  return std::nullopt;
}

}  // namespace tracer
