// What is right but for where it stands: two arrays that were handed over under each other's names,
// a matrix whose numbers were written column by column. Seen before any formula is tried.
#pragma once

#include <vector>

#include "tracer/diagnosis/diagnosis.hpp"

namespace tracer {

/// The findings, and the claims with their arrays in their places. `arrays` are of those claims.
struct Rearranged {
  std::vector<Finding> findings;
  std::vector<Claim> claims;
};
Rearranged rearranged(const BatchGraph&, const std::vector<ArrayVerdict>& arrays,
                      std::vector<Claim> claims);

/// In a file that has every matrix with unequal sides transposed, the square ones are, too: turns
/// those that are wrong as they stand, of all evidence, and returns their names.
std::vector<std::string> turn_squares(const std::vector<ArrayVerdict>& arrays,
                                      std::vector<Evidence>&);

}  // namespace tracer
