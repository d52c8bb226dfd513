// Which slips explain a wrong line (slip.hpp), tried on the writer's own values. Each kind has a
// file of its own; slips.cpp asks them in turn, likeliest first.
#pragma once

#include <map>

#include "tracer/check/own_pages.hpp"
#include "tracer/check/slip.hpp"
#include "tracer/derive/document.hpp"
#include "tracer/derive/formulas.hpp"

namespace tracer {

/// The writer's own pages, as working: formulas with his numbers in them.
class OwnWorking {
 public:
  OwnWorking(LessonPages& lesson, const AnswerSheet& sheet, const WorkedPages& own);

  LessonPages& lesson() { return lesson_; }
  const AnswerSheet& sheet() const { return sheet_; }
  const WorkedPages& own() const { return own_; }
  /// What he wrote of each line.
  const std::map<PageLine, std::vector<AnswerEntry>>& written() const { return written_; }

  bool has(int step) const { return step >= 1 && step <= static_cast<int>(own_.steps.size()); }
  const StepRecord& record(int step) const;
  /// The update of a parameter in a step; null where there is none.
  const UpdateRecord* update(const PageLine&) const;
  /// The numbers of a step as he has them.
  StepNumbers numbers(int step);
  /// The formula of a line with his numbers in it; nothing where it is too large to be written.
  std::optional<Notation> working(const PageLine&);

 private:
  const DerivationStep& page(int step);
  LessonPages& lesson_;
  const AnswerSheet& sheet_;
  const WorkedPages& own_;
  std::map<PageLine, std::vector<AnswerEntry>> written_;
  std::map<int, DerivationStep> pages_;
};

/// The slips that give what was written (`wrong`: the entries that are wrong), likeliest first;
/// several only where different ones fit equally well. Empty: none of those that are known.
std::vector<Slip> slips(OwnWorking&, const Answer&, const std::vector<AnswerEntry>& wrong);

/// How well a number that was computed fits one that was written; a single digit or two that is off
/// by one fits nothing.
Agreement fit_of(const Exact& given, const WrittenNumber&, const PagePrecision&);

// The kinds, in the order in which they are tried.
/// Two lines of a step have each other's values, or two parameters each other's gradients.
std::vector<Hypothesis> swap_slips(OwnWorking&, const Answer&);
/// The sign is turned; a square matrix is transposed.
std::vector<Hypothesis> sign_slips(OwnWorking&, const Answer&);
/// The gradient added, the learning rate forgotten, the wrong gradient or the wrong old value.
std::vector<Hypothesis> update_slips(OwnWorking&, const Answer&);
/// A factor or a term left out, the updated weight, another sample's x: edits of the line's
/// formula.
std::vector<Hypothesis> formula_slips(OwnWorking&, const Answer&);
/// The value of another line, or of the same line of another sample.
std::vector<Hypothesis> line_slips(OwnWorking&, const Answer&);
/// The decimal point has slipped; two digits have changed places.
std::vector<Hypothesis> copy_slips(OwnWorking&, const Answer&);
/// Off by 2, by ½, by the size of the batch, by the learning rate.
std::vector<Hypothesis> factor_slips(OwnWorking&, const Answer&);

}  // namespace tracer
