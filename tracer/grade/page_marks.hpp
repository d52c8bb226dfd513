// How a number that somebody wrote stands to their pages (own_pages.hpp): the mark of an entry, and
// what should stand there. Next: unwritten.hpp, marking.hpp.
#pragma once

#include <optional>
#include <set>

#include "tracer/grade/slips.hpp"

namespace tracer {

/// From best to worst; a matrix has the mark of its worst entry. `no_value`: on the writer's own
/// earlier values the line has none (the log of a probability below 0). That is not the fault of
/// this line, so it counts for nothing.
enum class Mark { right, careless, follows, follows_careless, no_value, wrong };

class PageMarks {
 public:
  /// `own`: the working of pages.own. Both must outlive this.
  PageMarks(PageWorking& own, const OwnPages& pages);

  Mark mark_of(const PageLine&, const AnswerEntry&) const;
  /// The worst of its entries; wrong where rows and columns have changed places.
  Mark mark_of(const Answer&) const;
  /// Of a right entry: whether it took the roundings of a machine's working to make it so.
  bool is_by_noise(const PageLine&, const AnswerEntry&) const;
  /// Whether what should stand there is told by the own values: not where it is the right value
  /// that was rounded carelessly.
  bool told_by_own(const PageLine&, const AnswerEntry&, Mark) const;
  /// What should stand there.
  const Exact& wanted(const PageLine&, const AnswerEntry&, Mark) const;

 private:
  WrittenNumber as_fine_as_meant(const PageLine&, const AnswerEntry&) const;
  Mark by_written_digits(const PageLine&, const AnswerEntry&, const WrittenNumber&) const;
  Mark written_mark(const PageLine&) const;
  bool is_behind_mistake(const PageLine&) const;
  /// Of which numbers they may have carried more digits than they wrote: of those that are not
  /// right, or of all that a wrong line goes into.
  enum class Open { own, behind_mistake };
  bool by_carried_digits(const PageLine&, const AnswerEntry&, const WrittenNumber&, Open) const;
  PageWorking& own_;
  LessonPages& lesson_;
  const AnswerSheet& sheet_;
  const OwnPages& pages_;
  mutable std::map<PageLine, Mark> written_marks_;
  mutable std::map<std::pair<PageLine, Open>, Array<double>> carried_;
  mutable std::optional<std::set<PageLine>> behind_mistakes_;
};

/// An entry of a line on these pages; null where they don't have the line.
const Exact* entry_of(const WorkedPages&, const PageLine&, const AnswerEntry&);

}  // namespace tracer
