// The irrational functions over intervals: each returns an interval of y bits that contains f(t)
// for every t in x. Monotone functions are evaluated at both ends, rounded down at the lower and up
// at the upper (MPFR rounds every elementary function correctly), so that they are as tight as the
// precision allows.
//
// Nothing here decides anything: domains (log of a negative number) are the business of exact.hpp.
#pragma once

#include "tracer/number/interval.hpp"

namespace tracer::enclosure {

Interval exp(const Interval& x, int bits);
Interval log(const Interval& x, int bits);   // requires lower > 0
Interval sqrt(const Interval& x, int bits);  // requires lower >= 0
Interval sin(const Interval& x, int bits);
Interval cos(const Interval& x, int bits);
Interval tanh(const Interval& x, int bits);
Interval erf(const Interval& x, int bits);
Interval erf_slope(const Interval& x, int bits);  // (2/√π) exp(−x²)
Interval times_pi(const Interval& x, int bits);
Interval times_e(const Interval& x, int bits);

// These keep their relative precision far out on the left, where they are tiny but not 0.
Interval sigmoid(const Interval& x, int bits);     // 1/(1 + exp(−x))
Interval softplus(const Interval& x, int bits);    // log(1 + exp x)
Interval normal_cdf(const Interval& x, int bits);  // erfc(−x/√2)/2
Interval normal_pdf(const Interval& x, int bits);  // exp(−x²/2)/√(2π)

Interval power(const Interval& x, long n, int bits);             // xⁿ; for n < 0 requires 0 ∉ x
Interval power(const Interval& x, const Interval& y, int bits);  // exp(y log x), requires x > 0

}  // namespace tracer::enclosure
