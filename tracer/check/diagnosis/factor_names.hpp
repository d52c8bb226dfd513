// What a factor is, where it is something: 2, ½, the number of samples, one over the units of a
// layer. A number that is nothing of the kind keeps its digits.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tracer/language/program.hpp"

namespace tracer {

/// A number of a lesson that a factor may be made of: m, the units of a line, a learning rate.
struct LessonNumber {
  std::string name;  ///< "m", "the rows of Z1"
  Rational value;
};
/// The batch size, and the sizes of the named values; each number once.
std::vector<LessonNumber> numbers_of(const BatchGraph&);

struct FactorName {
  Rational value;
  std::string text;  ///< "2", "1/16 (one over m)", "−1"
  int odd = 0;       ///< 0 to 2: how far-fetched it is: 2; the rows of Z1; half of that by m
};
/// The simplest of those that are within `tolerance` (relative) of k.
std::optional<FactorName> name_factor(long double k, const std::vector<LessonNumber>&,
                                      long double tolerance);

}  // namespace tracer
