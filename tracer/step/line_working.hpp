// What is shown of a line: the page that `tracer derive` would print of it alone, its rule, numbers and
// result under each other. Next: walk_screen.hpp, which shows it.
#pragma once

#include <string>
#include <vector>

#include "tracer/step/step_lines.hpp"
#include "tracer/text/style.hpp"

namespace tracer {

struct WorkingLook {
  ResultForm numbers = ResultForm::decimal;
  bool hidden = false;  ///< the result, and all that gives it away
  bool heading = true;  ///< which sample it is, above
};

/// The working of a line as terminal text in lines.
std::vector<std::string> working_of(const StepPage&, const StepLine&, const WorkingLook&,
                                    const Style&);

}  // namespace tracer
