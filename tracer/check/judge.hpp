// One entry of a gradient beside its reference, over Exact: equal, right within what the reference
// can be off, wrong, or not known well enough to say.
#pragma once

#include "tracer/check/gradient_report.hpp"

namespace tracer {

/// A reference: a difference, and how far it may be from the derivative.
struct Estimate {
  Exact value;
  double error = 0;
};

/// How well a reference must be known for "right" to mean something.
struct Needed {
  double relative = 1e-12;  ///< of the larger of the two values
  double absolute = 0;      ///< or this, for an entry that is about 0
};

/// Sets what the entry says of its reference: value, error, what is allowed (with entry.rounding)
/// and the agreement. False: too little is known; over Exact it takes more bits.
bool judge(CheckedEntry&, const Estimate&, const Needed&);

/// Equal fractions need no judgement: sets reference and agreement. False: they are not.
bool judge_equal(CheckedEntry&, const Exact& reference);

/// A bound of |x|, rounded up.
double magnitude(const Exact& x);
/// How far apart the ends of an interval are, rounded up; 0 for a rational.
double width(const Exact& x);

}  // namespace tracer
