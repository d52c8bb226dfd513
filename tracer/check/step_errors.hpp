// How good a difference is for which step: the error of forward and central differences of one
// entry against its exact gradient, for h = 1e-1 to 1e-20, in float32, float64 and 50 digits. Large
// steps err by what the slope changes on the way (h for a forward difference, h² for a central
// one), small ones by what is lost where nearly equal numbers are subtracted (ε/h): the best lies
// between, and how good it is depends on ε alone.
#pragma once

#include <string>
#include <vector>

#include "tracer/check/lesson_check.hpp"

namespace tracer {

/// One way to compute differences, and its errors for h = 10⁻¹, 10⁻², ...
struct StepErrors {
  std::string name;                  ///< "central, float64"
  std::vector<double> errors;        ///< relative to the gradient (absolute where that is 0)
  std::size_t best() const;          ///< the place of the smallest error
  double step(std::size_t i) const;  ///< 10^−(i+1)
};

struct StepErrorsTable {
  std::string title;
  std::string entry;  ///< "∂L/∂W[0, 1]"
  std::string at;     ///< "step 1, sample 1 of 3"
  Exact gradient;
  bool relative = true;  ///< false: the gradient is 0, errors are absolute
  std::vector<StepErrors> ways;
};

/// `entry`: "W1[0, 1]", or a name (its largest entry); empty: the largest entry of all gradients.
/// Throws Error for what the lesson does not have, and as check_lesson.
StepErrorsTable step_errors(const Program&, const std::string& entry, const LessonCheckOptions&);

}  // namespace tracer
