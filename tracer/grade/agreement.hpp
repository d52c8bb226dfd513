// Whether a number that somebody wrote is a number that was computed, at the precision that it
// was written with. There is no tolerance to choose: half a unit of the last written digit is
// right, one unit off is rounded carelessly. Next: marking.hpp.
#pragma once

#include <optional>
#include <vector>

#include "tracer/grade/written_number.hpp"
#include "tracer/number/rounding.hpp"

namespace tracer {

enum class Accord {
  yes,       ///< rounds to what is written
  careless,  ///< off by one in the last digit, where there was something to round
  no
};

/// How finely a page is written, where a number by itself does not say.
struct PagePrecision {
  int usual_decimals = 0;  ///< a whole number of one or two digits (w1 = 1) has its zeros left away
  RoundingMode mode = RoundingMode::half_away;
  /// The significant digits of a page that is or may be even in these; else 0.
  /// Then 12 is 12.0 on a page of three digits, and 1760 may be 1763.9.
  int usual_significant = 0;
};

/// The decimals that a number has on that page whose last zeros are left away; where both decimals
/// and significant digits may be meant, the fewer.
int usual_fineness(const WrittenNumber&, const PagePrecision&);

/// The decimals at which a number is to be compared; nothing for a fraction, which is exact.
std::optional<int> compared_decimals(const WrittenNumber&, const PagePrecision&);

/// Where an interval can't decide, the writer has the benefit of the doubt. A tie may be rounded
/// either way.
Accord agreement(const Exact& computed, const WrittenNumber&, const PagePrecision&);

/// It is what remains when the computed number is cut off after the last written digit.
bool is_cut_off(const Exact& computed, const WrittenNumber&, const PagePrecision&);

/// The computed number as it would stand in place of the written one: with as many decimals.
std::string in_its_place(const Exact& computed, const WrittenNumber&, const PagePrecision&);

/// The computed number beside a written one that it is not: with the usual decimals of the page,
/// and as many more as it takes to tell the two apart.
std::string beside(const Exact& computed, const WrittenNumber&, const PagePrecision&);

/// How finely these numbers are written, all together: by the decimals that most of them have (the
/// more, of equally many; 0 where none has any); and by significant digits where more of them are
/// alike in these, or where none has more.
PagePrecision page_precision(const std::vector<const WrittenNumber*>&);

/// The decimals with which a number that is not 0 has so many significant digits: 3 for 0.0123 and
/// two, -1 for 1760 and three.
int decimals_of_significant(const Rational&, int significant);

}  // namespace tracer
