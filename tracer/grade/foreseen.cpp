// See foreseen.hpp.
#include "tracer/grade/foreseen.hpp"

#include <algorithm>

#include "tracer/grade/slips.hpp"
#include "tracer/number/decimal.hpp"

namespace tracer {
namespace {

using Kind = PageLine::Kind;

bool is_asked_for(const PageLine& line) {
  return line.kind == Kind::value || line.kind == Kind::gradient ||
         (line.kind == Kind::update && line.part.empty());
}

/// A sheet on which every line is right: slips are looked for from there.
AnswerSheet right_sheet(LessonPages& lesson, int first, int last, Eigen::Index most_entries) {
  constexpr int digits = 20;
  AnswerSheet sheet;
  for (int step = first; step <= last; ++step) {
    for (const PageLine& line : lesson.lines(step)) {
      const Array<Exact>* value = lesson.pages().find(line);
      if (!is_asked_for(line) || value == nullptr || value->size() > most_entries) continue;
      Answer answer;
      answer.line = line;
      answer.value.rows = static_cast<int>(value->rows());
      answer.value.columns = static_cast<int>(value->cols());
      for (const Exact& number : value->reshaped<Eigen::RowMajor>())
        answer.value.numbers.push_back(read_number(to_decimal(number, digits, true).text));
      sheet.answers.push_back(std::move(answer));
    }
  }
  return sheet;
}

}  // namespace

ForeseenSlips foreseen_slips(LessonPages& lesson, int first_step, int last_step,
                             Eigen::Index most_entries, std::size_t most) {
  lesson.reach(last_step);
  const AnswerSheet sheet = right_sheet(lesson, first_step, last_step, most_entries);
  PageWorking working(lesson, sheet, lesson.pages());
  ForeseenSlips foreseen;
  for (const Answer& answer : sheet.answers) {
    std::vector<ForeseenSlip>& told = foreseen[answer.line];
    const Array<Exact>& right = lesson.pages().computed.at(answer.line);
    for (const Hypothesis& one : working.hypotheses(answer, all_slips)) {
      const auto gives_it = [&](const ForeseenSlip& other) {
        return same_numbers(other.gives, one.gives);
      };
      if (one.slip.kind == "decimal point" || one.slip.kind == "swapped") continue;
      // what nobody can tell from the right value, or from a likelier slip, says nothing
      if (!same_shape(one.gives, right) || same_numbers(one.gives, right) ||
          std::ranges::any_of(told, gives_it))
        continue;
      told.push_back({one.gives, one.slip.says, one.slip.weak});
    }
    std::ranges::stable_partition(told, [](const ForeseenSlip& slip) { return !slip.weak; });
    if (told.size() > most) told.resize(most);
  }
  return foreseen;
}

std::vector<Slip> slips_of_value(LessonPages& lesson, const PageLine& line,
                                 const WrittenValue& written) {
  lesson.reach(line.step);
  Answer answer;
  answer.line = line;
  answer.value = written;
  const Array<Exact>* right = lesson.pages().find(line);
  if (right == nullptr) return {};
  answer.value.rows = static_cast<int>(right->rows());
  answer.value.columns = static_cast<int>(right->cols());
  AnswerSheet sheet;
  sheet.answers.push_back(std::move(answer));
  sheet.precision.usual_decimals = 4;
  PageWorking working(lesson, sheet, lesson.pages());
  std::vector<AnswerEntry> wrong = entries(sheet.answers.front());
  std::erase_if(wrong, [&](const AnswerEntry& entry) {
    return agreement((*right)(entry.row, entry.column), *entry.number, sheet.precision) !=
           Accord::no;
  });
  return wrong.empty() ? std::vector<Slip>() : slips(working, sheet.answers.front(), wrong);
}

bool is_for_hands(const Program& program, const DerivationStep& step) {
  constexpr Eigen::Index most_entries = 400;
  constexpr int most_steps = 20;  // they are all worked out up to this one
  Eigen::Index entries = 0;
  for (const auto* given : {&step.data, &step.weights})
    for (const Given& one : *given) entries += one.value.numbers.size();
  for (const ForwardLine& line : step.forward) entries += line.value.numbers.size();
  return !program.symbolic && program.losses.size() < 2 && entries <= most_entries &&
         step.step <= most_steps;
}

}  // namespace tracer
