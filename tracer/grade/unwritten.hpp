// Gradients that a person must have had, though they did not write them. Of one mistake in ∂L/∂z2 the
// lines ∂L/∂w2 and ∂L/∂b2 are both wrong, and all that is behind them; where ∂L/∂z2 is written,
// they follow from it, and where it is not, each seems wrong by itself. So it is asked of every
// unwritten gradient, and of what an optimizer keeps, whether one value of it explains several
// wrong lines and contradicts none that is right. Next: marking.hpp, where the first of those lines
// bears the mistake and the others follow.
#pragma once

#include <set>

#include "tracer/grade/page_marks.hpp"

namespace tracer {

struct UnwrittenLine {
  PageLine line;       ///< the gradient, or the line of an optimizer's working
  Array<Exact> value;  ///< what they must have had
  std::size_t bearer;  ///< the first answer of the sheet that it explains
  Slip slip;           ///< what is wrong with it, for the line that bears it
  OwnPages pages;      ///< with that value carried on too
};

/// The one that explains most of what is wrong on these pages; nothing where none explains two
/// answers. `known`: those that were found before. Throws Undecided.
std::optional<UnwrittenLine> find_unwritten(LessonPages&, const AnswerSheet&, const OwnPages&,
                                            const std::optional<Rounding>& rounding,
                                            const UnwrittenValues& known);

// ---- how it is found: values that a line that is not written may have had, each of which explains
// wrong lines of its step

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
