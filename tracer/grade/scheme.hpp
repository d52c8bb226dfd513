// How many marks a line is worth: 1, unless a scheme says otherwise. A scheme is written as answers
// are, names and headings included:
//
//   default = 1             every line that is not named below
//   dL/dw1 = 2              in every sample
//   sample 3: w1 = 0        in that one
//   careless = 0.5          the share that a carelessly rounded line gets (1 unless you say)
//   follows = 1             the share of a line that is right given an earlier mistake (1)
#pragma once

#include <map>

#include "tracer/grade/lesson_pages.hpp"

namespace tracer {

class Scheme {
 public:
  /// A mark a line, whole shares.
  Scheme() = default;
  /// Throws Error that names the line of the file: the scheme is the teacher's, so what can't be
  /// read in it ends the run.
  Scheme(const Source&, LessonPages&);

  Rational marks(const PageLine&) const;
  const Rational& careless() const { return careless_; }
  const Rational& follows() const { return follows_; }

 private:
  Rational default_{1};
  Rational careless_{1};
  Rational follows_{1};
  std::map<PageLine, Rational> marks_;  // step 0: in every step
};

}  // namespace tracer
