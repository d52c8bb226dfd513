// The lesson run on somebody's own values: where he wrote a line, what he wrote is carried on in
// place of what was computed. What comes in at his lines is then what follows from his own earlier
// ones. The engine is the same; only the hook at each line differs (PageLine in derive/run.hpp).
// A line that has no value on his values (the log of a probability below 0) does not end the run:
// what he wrote there is carried on like everything else.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tracer/grade/answer_sheet.hpp"

namespace tracer {

/// The pages that answers are compared with.
struct OwnPages {
  WorkedPages rounded;    ///< the right values, rounded where he wrote a line (or every line)
  WorkedPages own;        ///< his values carried on as he wrote them
  WorkedPages own_finer;  ///< the same, but what rounds to what he wrote is carried on unrounded
  std::vector<std::string> remarks;  ///< "sample 2: what is wrong there can't be carried on"
};

/// Values that he must have had at lines that he did not write (unwritten.hpp).
using UnwrittenValues = std::map<PageLine, Array<Exact>>;

/// `rounding`: --round; then every line is rounded, and not only those that he wrote. `unwritten`
/// is carried on as if he had written it. Throws Undecided.
OwnPages own_pages(LessonPages&, const AnswerSheet&, const std::optional<Rounding>& rounding,
                   const UnwrittenValues& unwritten = {});

}  // namespace tracer
