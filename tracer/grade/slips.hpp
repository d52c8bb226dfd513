// A slip is a way of going wrong that gives just the number that was written, and it is found by
// computing: every slip that is known is tried, and named where it comes to the written number.
// Which slips explain a wrong line is asked here. They are tried on pages: on the writer's own values
// first, then on the right ones, for they may have gone on with something else than they wrote.
// Each kind has a file of its own; slips.cpp asks them in turn, likeliest first.
#pragma once

#include <map>
#include <optional>

#include "tracer/derive/formulas.hpp"
#include "tracer/error.hpp"
#include "tracer/grade/own_pages.hpp"
#include "tracer/mistake/mistake.hpp"

namespace tracer {

/// "swapped with b2: ∂L/∂b2 gives 0.0388", of the kind "swapped".
struct Slip : SheetWords {
  bool careless = false;    ///< what was written is that, off by one in the last digit
  std::string gives = {};   ///< what it comes to; empty for a matrix
  bool gives_said = false;  ///< `says` ends with that
  /// What can be done in every update alike: "learning rate 0.1". Empty: it is of this line alone.
  std::string habit = {};
  bool weak = false;       ///< many numbers come about that way: named only where nothing else fits
  bool exactly = false;    ///< it gives just the number that was written, with nothing to round
  std::string finer = {};  ///< what it comes to with digits enough to tell it from the other one
};

/// A slip that is tried, and what it comes to: rows × columns of the line.
struct Hypothesis {
  Slip slip;
  Array<Exact> gives;
  bool told_too = false;  ///< told even where a likelier slip gives the very same number
};

/// What `compute` gives; nothing where it leads to no value (log 0), or to none that can be told.
template <class F>
auto value_or_none(const F& compute) -> std::optional<decltype(compute())> {
  try {
    return compute();
  } catch (const Error&) {
    return std::nullopt;
  } catch (const Undecided&) {
    return std::nullopt;
  }
}

/// Pages as working: formulas with the numbers of these pages in them.
class PageWorking {
 public:
  PageWorking(LessonPages& lesson, const AnswerSheet& sheet, const WorkedPages& pages);

  LessonPages& lesson() { return lesson_; }
  const AnswerSheet& sheet() const { return sheet_; }
  const WorkedPages& pages() const { return pages_; }
  /// What is written of each line.
  const std::map<PageLine, std::vector<AnswerEntry>>& written() const { return written_; }

  /// Whether the step is among those that have answers, and was run.
  bool has(int step) const;
  const StepRecord& record(int step) const;
  /// The update of a parameter in a step; null where there is none.
  const UpdateRecord* update(const PageLine&) const;
  StepNumbers numbers(int step);
  /// What a value or a gradient is computed by, in named values and gradients, not simplified;
  /// nothing for other lines.
  std::optional<Symbol> formula(const PageLine&);
  /// The formula of a line with numbers in it; nothing where it is too large to be written.
  std::optional<Notation> working(const PageLine&);
  /// Whether the value of `source` can be at hand when `line` is worked out: it stands before it
  /// and is not computed from it. What comes later must not explain a wrong value.
  bool comes_before(const PageLine& source, const PageLine& line);

  /// What `make` gives, kept until another line is asked for: the entries of a matrix are marked
  /// one by one, and what is tried for one of them is tried for the whole. Those of a scalar look
  /// at how it was written, so they are made anew. One line only is kept, for matrices are large.
  using MakeHypotheses = std::vector<Hypothesis> (*)(PageWorking&, const Answer&);
  const std::vector<Hypothesis>& hypotheses(const Answer&, MakeHypotheses make);

 private:
  std::optional<Notation> numbers_of(const PageLine&);
  std::optional<Notation> plain_working(const PageLine&);
  bool comes_of(const PageLine& line, const PageLine& from);
  LessonPages& lesson_;
  const AnswerSheet& sheet_;
  const WorkedPages& pages_;
  std::map<PageLine, std::vector<AnswerEntry>> written_;
  int last_step_;  // that has an answer
  std::optional<PageLine> hypotheses_of_;
  MakeHypotheses made_by_ = nullptr;
  std::vector<Hypothesis> hypotheses_;
};

/// The slips that give what was written (`wrong`: the entries that are wrong), likeliest first;
/// several only where different ones fit equally well, and one of the kind "no known slip" where so
/// many do, or such unlikely ones, that it is by chance. Empty: none of those that are known.
std::vector<Slip> slips(PageWorking&, const Answer&, const std::vector<AnswerEntry>& wrong);

/// What every slip that is known would make of the line, in the order in which they are told.
std::vector<Hypothesis> all_slips(PageWorking&, const Answer&);

/// Those of an update that can be done in every update alike and give what was written, likeliest
/// first.
std::vector<Slip> habits(PageWorking&, const Answer&, const std::vector<AnswerEntry>& wrong);

bool same_shape(const Array<Exact>&, const Array<Exact>&);
/// Of the same shape, and no entry surely another.
bool same_numbers(const Array<Exact>&, const Array<Exact>&);

/// How well a number that was computed fits one that was written; a single digit or two that is off
/// by one fits nothing.
Accord fit_of(const Exact& given, const WrittenNumber&, const PagePrecision&);

// The kinds, in the order in which they are tried.
/// Two lines of a step have each other's values, or two parameters each other's gradients.
std::vector<Hypothesis> swap_slips(PageWorking&, const Answer&);
/// The gradient added, the learning rate forgotten, the wrong gradient or the wrong old value.
std::vector<Hypothesis> update_slips(PageWorking&, const Answer&);
/// The sign is turned; a square matrix is transposed.
std::vector<Hypothesis> sign_slips(PageWorking&, const Answer&);
/// The logarithm to another base, a mean for a sum, the squared error for a cross-entropy.
std::vector<Hypothesis> loss_slips(PageWorking&, const Answer&);
/// A factor or a term left out, the updated weight, another sample's x: edits of the line's
/// formula.
std::vector<Hypothesis> formula_slips(PageWorking&, const Answer&);
/// The updated weight in a gradient that is not written, behind this line.
std::vector<Hypothesis> through_slips(PageWorking&, const Answer&);
/// The value of another line, or of the same line of another sample.
std::vector<Hypothesis> line_slips(PageWorking&, const Answer&);
/// The decimal point has slipped; two digits have changed places.
std::vector<Hypothesis> copy_slips(PageWorking&, const Answer&);
/// The slope of the last activation twice; the wrong rules that stand beside an operation's own.
std::vector<Hypothesis> slope_slips(PageWorking&, const Answer&);
/// Off by 2, by ½, by the size of the batch, by the learning rate.
std::vector<Hypothesis> factor_slips(PageWorking&, const Answer&);

}  // namespace tracer
