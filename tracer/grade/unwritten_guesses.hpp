// Values that a line that is not written may have had, each of which explains wrong lines of its
// step. Next: unwritten.hpp, which carries the best of them on.
#pragma once

#include <set>

#include "tracer/grade/page_marks.hpp"
#include "tracer/grade/slip.hpp"

namespace tracer {

struct Guess {
  PageLine line;  ///< a gradient, or a line of an optimizer's working
  Array<Exact> value;
  std::vector<Slip> slips;  ///< what is wrong with it, where that is known
  int decimals = 0;         ///< that a scalar is told with
  bool written = false;     ///< of another line, which is the same number
  int explained = 0;        ///< wrong answers of its step, to their last digit
  std::size_t depth = 0;    ///< how far back from the loss
};

/// The constant factor is the plainest of the slips that are weak.
bool is_factor(const Slip&);

/// Of their values as they wrote them, or as they may have carried them (`own`). `written`: lines that
/// are, or whose values are known; `marks`: of the answers. Throws Undecided.
std::vector<Guess> unwritten_guesses(LessonPages&, const AnswerSheet&, const WorkedPages& own,
                                     const std::set<PageLine>& written,
                                     const std::vector<Mark>& marks);

}  // namespace tracer
