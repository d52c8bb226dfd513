// The lesson run on somebody's own values: where they wrote a line, what they wrote is carried on
// in place of what was computed. What comes in at such a line is then what follows from their own
// earlier ones. The engine is the same; only the hook at each line differs (PageLine in
// derive/run.hpp). A line that has no value on theirs (the log of a probability below 0) does not
// end the run: what they wrote there is carried on like everything else.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tracer/grade/answer_sheet.hpp"

namespace tracer {

/// The pages that answers are compared with.
struct OwnPages {
  WorkedPages rounded;    ///< the right values, rounded where a line is written (or every line)
  WorkedPages own;        ///< their values carried on as they are written
  WorkedPages own_finer;  ///< the same, but what rounds to what is written is carried on unrounded
  std::vector<std::string> remarks;  ///< "sample 2: what is wrong there can't be carried on"
};

/// Values that somebody must have had at lines that they did not write (unwritten.hpp).
using UnwrittenValues = std::map<PageLine, Array<Exact>>;

/// `rounding`: --round; then every line is rounded, and not only those that are written. `unwritten`
/// is carried on as if it were written. Throws Undecided.
OwnPages own_pages(LessonPages&, const AnswerSheet&, const std::optional<Rounding>& rounding,
                   const UnwrittenValues& unwritten = {});

}  // namespace tracer
