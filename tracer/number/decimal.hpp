// Decimals: what of an Exact gets printed. A printed digit is a proven digit. Next: rounding.hpp.
#pragma once

#include <optional>
#include <string>

#include "tracer/number/exact.hpp"

namespace tracer {

struct Decimal {
  std::string text;    // ASCII: "1.02", "-3.870328", "1.267650600e+30"
  bool exact = true;   // the text is the value itself
  bool proved = true;  // false only for a text "0" of which nothing is proved but |v| < bound
  std::string bound;   // "1e-300" and the like; empty where proved
};

/// x in at most `digits` significant digits (at least 1).
///   A rational that has a decimal of that length: that decimal, without trailing zeros, exact.
///   Any other rational: rounded to nearest, half away from zero, all `digits` digits kept.
///   An interval: as a rational that is rounded, if all of it rounds to the same digits. If not:
///   throws Undecided, or with `at_limit` (no more bits to be had) the digits that are
///   proved; if there are none: "0".
/// Plain notation from 1e-4 up to 16 places before the point; what is rounded left of the point is
/// scientific, since plain notation would have to fill up with zeros that are not proved.
Decimal to_decimal(const Exact& x, int digits, bool at_limit);

/// "1/3", "-22/7": for a rational that is no integer, with at most 6 digits above and below.
std::optional<std::string> short_fraction(const Exact& x);

/// "p/q" or "p" in full for a rational, "" for an interval.
std::string exact_text(const Exact& x);

}  // namespace tracer
