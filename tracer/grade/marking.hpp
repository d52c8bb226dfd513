// The marks of a hand calculation, line by line, as a fair teacher gives them. An answer is right
// where it agrees with the exact value or with the right working rounded as it is written; it
// follows where it agrees with what comes of the writer's own earlier values; it is careless where
// it is off by one in its last digit; else it is wrong, with the working and, where a known slip
// gives just what was written, the reason (slips.hpp). Where several lines are wrong because of one
// that is not written, the first bears it and the others follow (unwritten.hpp). Next:
// render/marking_page.hpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tracer/grade/page_marks.hpp"
#include "tracer/grade/scheme.hpp"

namespace tracer {

/// An entry of a matrix that is not right.
struct MarkedEntry {
  Eigen::Index row = 0;
  Eigen::Index column = 0;
  Mark mark = Mark::wrong;
  std::string wanted;  ///< what should stand there
};

struct MarkedLine {
  PageLine line;
  Answer answer;
  Notation display;  ///< ∂L/∂w1
  Mark mark = Mark::right;
  Rational marks;  ///< given, of `of`
  Rational of;
  std::vector<Notation> follows_from;  ///< the writer's own lines that it uses and that are off
  std::optional<Notation> working;     ///< the formula with their own numbers in it
  std::string wanted;                  ///< what that comes to, at the precision of what is written
  bool cut_off = false;                ///< careless: cut off, not rounded
  std::string_view machine;            ///< right but for the roundings of "a double"; else empty
  std::vector<MarkedEntry> entries;    ///< of a matrix: those that are not right
  std::string why_no_value;            ///< "log(0) is minus infinity"
  std::vector<Slip> slips;             ///< what explains a wrong line; several where several fit
  /// What the lesson gives, copied rightly: nothing was worked out, so it counts for nothing.
  bool is_given() const { return line.kind == PageLine::Kind::given && mark == Mark::right; }
};

struct MarkedStep {
  int step = 1;
  std::string heading;  ///< "Sample 2"
  std::vector<MarkedLine> lines;
};

struct Marking {
  std::string name;  ///< whose it is
  std::string source;
  std::string unreadable;  ///< why nothing of it can be marked; else empty
  std::vector<MarkedStep> steps;
  std::vector<UnreadLine> unread;
  std::vector<std::string> remarks;
  int asked = 0;                         ///< lines that a page of this lesson has
  int answered = 0;                      ///< of them
  std::vector<std::string> nothing_for;  ///< "Sample 3": steps without an answer

  int count(Mark) const;
  int right() const { return count(Mark::right) + count(Mark::careless); }
  int follow() const { return count(Mark::follows) + count(Mark::follows_careless); }
  int careless() const { return count(Mark::careless) + count(Mark::follows_careless); }
  int wrong() const { return count(Mark::wrong); }
  Rational marks() const;
  Rational of() const;
  Rational of_all;  ///< marks of all lines that are asked or answered
};

/// Marks a sheet. `rounding`: --round. Throws Undecided.
Marking mark(LessonPages&, const AnswerSheet&, const std::optional<Rounding>& rounding,
             const Scheme& scheme);

/// The row of somebody whose answers can't be read at all, so that they are not forgotten in a class.
Marking unreadable_marking(LessonPages&, const std::string& source, const std::string& why);

}  // namespace tracer
