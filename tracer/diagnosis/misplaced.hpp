// What is right but for where it stands: two arrays that were handed over under each other's names,
// a matrix whose numbers were written column by column (seen before any formula is tried), gradients
// of other samples.
#pragma once

#include <optional>
#include <vector>

#include "tracer/diagnosis/diagnosis.hpp"

namespace tracer {

/// The findings, and the claims with their arrays in their places. `arrays` are of those claims.
struct Rearranged {
  std::vector<Finding> findings;
  std::vector<Claim> claims;
};
Rearranged rearranged(const BatchGraph&, const std::vector<JudgedClaim>& arrays,
                      std::vector<Claim> claims);

/// In a file that has every matrix with unequal sides transposed, the square ones are, too: turns
/// those that are wrong as they stand, of all evidence, and returns their names.
std::vector<std::string> turn_squares(const std::vector<JudgedClaim>& arrays,
                                      std::vector<Evidence>&);

/// Right gradients, but of other samples than those of the step: of one alone, of all of them, of the
/// next. Looked at where no mistake of the chain rule fits. Nothing: they are not, or the lesson has
/// no data, or too many to look through.
std::optional<Account> account_of_other_samples(const Question&);

}  // namespace tracer
