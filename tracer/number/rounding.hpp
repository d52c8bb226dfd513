// Rounded working, as by hand: each written line is rounded, and the rounded value carried on.
#pragma once

#include <string_view>

#include "tracer/number/exact.hpp"

namespace tracer {

enum class RoundingMode {
  half_away,  // 2.5 -> 3, -2.5 -> -3: school
  half_even,  // 2.5 -> 2, 3.5 -> 4: IEEE, Python, NumPy
  truncate,   // 2.9 -> 2, -2.9 -> -2
};

struct Rounding {
  int digits = 4;            // 0 to 1000
  bool significant = false;  // digits after the point, or significant digits (then at least 1)
  RoundingMode mode = RoundingMode::half_away;
};

/// "4" is four decimals, "4sig" four significant digits. Throws Error otherwise.
Rounding parse_rounding(std::string_view text, RoundingMode mode);

/// half-away, half-even or truncate; for any other name, half-away.
RoundingMode rounding_mode(std::string_view name);

/// A rational with the wishes of x. Throws Undecided where the ends of an interval round apart.
Exact round(const Exact& x, const Rounding& rounding);

/// Where the ends of an interval round to two neighbours and there are no more bits to be had: what
/// the tie between the two rounds to. Throws Undecided where they are no neighbours.
Exact round_as_tie(const Exact& x, const Rounding& rounding);

}  // namespace tracer
