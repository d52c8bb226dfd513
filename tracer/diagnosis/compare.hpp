// A claimed array against what it should be. There is no tolerance to choose: how far a right claim
// may be off follows from how it was written down and from the arithmetic that it was computed in,
// entry by entry (number/uncertain.hpp).
//
//   allowed = half a unit of the last digit written
//             + slack · (unit roundoff · spread of the entry + half the smallest number above 0)
//
// The last is what underflows: a float16 knows nothing between 0 and 6e-8, and 0 is what is nearest
// to 1e-9 there. (An entry that nothing is added up in is exactly 0 in every arithmetic.)
//
// Measured on published code (float64): right claims stay below 7 roundoffs of the spread, wrong
// ones are off by 10¹² or more; a slack of 32 is far from both. Next: search.hpp.
#pragma once

#include <cmath>
#include <optional>
#include <utility>

#include "tracer/claims/claim.hpp"
#include "tracer/number/uncertain.hpp"

namespace tracer {

/// What is known of a value that a claim is compared with.
struct Expected {
  Reals values;
  Array<double> spreads;
};
Expected expected(const Eigen::Ref<const Array<Uncertain>>&);
/// How far each entry may lie from what is expected and still be right.
Array<double> left_open(const Claim&, const Expected&);
/// Whether every entry of a difference is what roundings of float64 may make of sums with these
/// spreads.
bool is_rounding(const Reals& difference, const Array<double>& spreads);
/// Whether every entry is 0 as far as a float64 can tell: nothing is, or what is cancels.
bool is_zero_but_for_rounding(const Expected&);
/// The same of the arithmetic that ours are computed in: what is more than that is no 0 that cancels.
bool is_zero_in_64_bits(const Expected&);
/// Whether an entry is larger than what is left open of it: else a claim that is right says nothing
/// of how it was computed.
bool says_something(const Claim&, const Expected&);
/// k times what is expected.
Expected times(long double k, const Expected&);

/// How near two arrays are, and where they are farthest apart.
struct Nearness {
  enum class Kind {
    right,      ///< every entry within what its precision allows
    disturbed,  ///< within a millionth of each entry's spread, and in four digits of the largest
                ///< entry: a guard epsilon, float32 inside
    wrong
  };
  Kind kind = Kind::right;
  Eigen::Index entries = 0;
  Eigen::Index apart = 0;  ///< entries that are not right
  double roundoffs = 0;    ///< the worst |claimed − expected| beyond half a unit, in unit·spread
  double disturbance = 0;  ///< the worst |claimed − expected| relative to the entry's spread
  std::pair<Eigen::Index, Eigen::Index> worst{0, 0};  ///< where that is
  double digits = 0;  ///< decimal digits in which all entries agree, relative to the largest

  bool telling = true;  ///< some entry is larger than what is left open of it
  bool matches() const { return kind != Kind::wrong; }
};

/// One entry: how far it is off beyond half a unit, in units of its spread (infinite where that is
/// 0), and what that is.
struct EntryNearness {
  Nearness::Kind kind = Nearness::Kind::right;
  double beyond = 0;
};
EntryNearness compare_entry(const Claim&, const Expected&, Eigen::Index i, Eigen::Index j);

/// Shapes must be equal. An entry whose spread is 0 (a dead unit) must be claimed as 0.
Nearness compare(const Claim&, const Expected&);

/// ‖claimed − expected‖ / (‖claimed‖ + ‖expected‖): the figure that courses look at.
double norm_ratio(const Reals& claimed, const Reals& expected);
/// The cosine of the angle between them; nothing where one of them is 0.
std::optional<double> cosine(const Reals& claimed, const Reals& expected);

}  // namespace tracer
