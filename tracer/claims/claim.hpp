// What somebody claims: gradients (and perhaps outputs or a loss) of a lesson, computed with their
// own code in whatever language. Each number comes with what is known of its precision, for that is
// all that a comparison needs: there is no tolerance to choose. Next: read_claims.hpp (files to
// claims), compare.hpp (claims to verdicts).
#pragma once

#include <string>
#include <vector>

#include "tracer/number/eigen.hpp"

namespace tracer {

/// Reals with 64 bits of mantissa (where the processor has them): float64 claims are compared with
/// something that is a thousand times finer than they are.
using Reals = Array<long double>;

/// The arithmetic that a claim was computed in.
struct Precision {
  std::string name = "float64";  ///< float64, float32, tf32, float16, bf16
  double unit = 0x1p-53;         ///< its unit roundoff: half the distance from 1 to the next number
  double smallest = 0x1p-1074;   ///< its smallest number above 0, be it subnormal or not: what is
                                 ///< less underflows to 0
};
/// One array of a claim, matched to a value of the lesson.
struct Claim {
  std::string called;    ///< as the file has it: "W1.grad"
  std::string name;      ///< of the lesson's value: "W1"
  bool gradient = true;  ///< of the loss with respect to it; false: the value itself (L, P)
  Reals values;          ///< in the shape of the lesson's value
  Reals half_unit;       ///< half a unit of the last digit written; 0 where it is a binary number.
                         ///< Of a gradient from an update also what the weights' own rounding
                         ///< leaves unknown (update_claims)
  Precision precision;
  std::string written;               ///< "4 decimals", "6 significant digits": of numbers that were
                                     ///< rounded when they were printed; else empty
  std::vector<std::string> remarks;  ///< "stored as 784×20, the transpose", "a flat list of 20"
  bool turned = false;               ///< a matrix that was stored as columns × rows

  // Three mistakes that the shape alone tells: a sum over the batch that was not taken, or not over
  // the batch. Where one of them is set, the claim is wrong, whatever `values` are; those are what
  // comes nearest, so that the search can go on from them.

  /// n × m: one column a sample, of a parameter of n entries (of a matrix: column by column), as
  /// claimed. `values` are its sums over the samples.
  Reals unsummed;
  /// A single number was claimed for every entry, as np.sum without an axis gives it: `values`
  /// repeats it.
  bool one_for_all = false;
  /// 1 × m: one number a sample in place of one a unit: summed over the units. `values` are 0.
  Reals summed_over_units;

  bool has_wrong_shape() const {
    return unsummed.size() > 0 || one_for_all || summed_over_units.size() > 0;
  }
};

/// The claim of the gradient with respect to that value; null.
template <class Claims>
auto gradient_claim(Claims& claims, const std::string& name) -> decltype(&claims.front()) {
  for (auto& claim : claims) {
    if (claim.gradient && claim.name == name) return &claim;
  }
  return nullptr;
}

struct Claims {
  std::string source;  ///< for messages: the file, or the program's command
  std::vector<Claim> claims;
  std::vector<std::string> missing;    ///< parameters of which nothing is claimed
  std::vector<std::string> ignored;    ///< arrays that belong to no value of the lesson
  std::vector<std::string> unmatched;  ///< of these, what looks like gradients that somebody wants
                                       ///< to have judged: by its name, or its size
};

}  // namespace tracer
