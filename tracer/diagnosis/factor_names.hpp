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
/// Those that are given, then the batch size, the sizes of the named values, and the numbers below
/// 1 that stand in the lesson; of these each number once.
std::vector<LessonNumber> numbers_of(const BatchGraph&, std::vector<LessonNumber> given = {});

struct FactorName {
  Rational value;
  std::string text;  ///< "2", "1/16 (one over m)", "−1"
  int odd = 0;       ///< 0 to 2: how far-fetched it is: 2; the rows of Z1; half of that by m
};
/// The factors that have a name, of these numbers of a lesson and of small ones.
class FactorNames {
 public:
  explicit FactorNames(std::vector<LessonNumber>);
  const std::vector<LessonNumber>& numbers() const { return numbers_; }
  /// The simplest of those that are within `tolerance` (relative) of k.
  std::optional<FactorName> find(long double k, long double tolerance) const;

 private:
  std::vector<LessonNumber> numbers_;
  std::vector<FactorName> all_;
};

}  // namespace tracer
