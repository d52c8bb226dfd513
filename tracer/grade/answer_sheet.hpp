// The answers of one person, each matched to a line of the lesson's page: what marking.hpp marks.
// What belongs to no line is kept with the reason.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tracer/grade/agreement.hpp"
#include "tracer/grade/lesson_pages.hpp"
#include "tracer/grade/written_number.hpp"

namespace tracer {

struct Answer {
  PageLine line;
  std::optional<std::pair<int, int>> entry;  ///< W1[0, 1] = ...: which one; else the whole value
  WrittenValue value;
  bool transposed = false;  ///< its rows are the lesson's columns
  bool turned = false;      ///< so are those of the whole sheet, which is no mistake
  std::size_t at = 0;       ///< line of the file
  std::string name;         ///< as it was written: "dL/dw1"
  std::string text;         ///< "-1.9164"
};

/// A slope within the chain: da1/dz1 = 0.25. It is no line of the page; `answer.line` is the gradient
/// of what it is taken for.
struct SlopeAnswer {
  Answer answer;
  std::string top;  ///< a1
};

/// One number of an answer and the entry of the line's value (from 0) that it stands for.
struct AnswerEntry {
  Eigen::Index row = 0;
  Eigen::Index column = 0;
  const WrittenNumber* number = nullptr;
};
std::vector<AnswerEntry> entries(const Answer&);

struct AnswerSheet {
  std::string source;
  std::vector<Answer> answers;  ///< in the order of the file
  std::vector<SlopeAnswer> slopes;
  std::vector<UnreadLine> unread;
  std::vector<std::string> remarks;  ///< how something was read
  PagePrecision precision;

  int last_step() const;  ///< 0 where there is no answer
  /// What is written of each line, whole or by entries. The sheet must not change meanwhile.
  std::map<PageLine, std::vector<AnswerEntry>> by_line() const;
};

/// Works the lesson out as far as the answers go. `rounding`: that of --round, whose decimals are
/// the usual ones. Throws Error where nothing in the file can be read.
AnswerSheet read_sheet(const AnswersFile&, LessonPages&, const std::optional<Rounding>& rounding);

}  // namespace tracer
