#include "tracer/grade/scheme.hpp"

#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/grade/answer_names.hpp"
#include "tracer/grade/plain_signs.hpp"
#include "tracer/text/plain.hpp"

namespace tracer {
namespace {

constexpr int most_marks = 1'000'000;  // a slip of the keyboard; sums of them fit everywhere

[[noreturn]] void fail(const Source& source, std::size_t line, std::string_view why) {
  throw Error(fmt::format("{}, line {}: {}", source.name(), line, why));
}

}  // namespace

Scheme::Scheme(const Source& source, LessonPages& pages) {
  pages.reach(1);
  const AnswerNames names(pages.program(), *pages.record(1).batch, pages.optimizer_parts());
  const AnswersFile file = read_answers(source);
  if (!file.unread.empty()) fail(source, file.unread[0].line, file.unread[0].why);
  if (file.answers.empty())
    throw Error(fmt::format("{}: there is no line like 'dL/dw1 = 2' in it", source.name()));
  for (const AnswerText& text : file.answers) {
    try {
      if (!text.unclear.empty())
        throw Error(fmt::format("it stands below '{}', which is no heading like 'sample 1:'",
                                text.unclear));
      const WrittenNumber number = read_number(text.value, file.comma);
      if (number.value < 0) throw Error("marks can't be below 0");
      if (number.value > most_marks)
        throw Error(fmt::format("marks can't be above {} a line", most_marks));
      const std::string word = in_small_letters(text.name);
      Rational* const share = word == "careless"  ? &careless_
                              : word == "follows" ? &follows_
                                                  : nullptr;
      if (share != nullptr && number.value > 1) throw Error("a share is at most 1");
      if (share != nullptr) {
        *share = number.value;
      } else if (word == "default") {
        default_ = number.value;
      } else {
        NameMeaning meaning = names.read(text.name);
        if (meaning.entry) throw Error("marks are for whole lines, not for entries");
        meaning.line.step = text.place.empty() ? 0 : pages.step_of(text.place);
        marks_[meaning.line] = number.value;
      }
    } catch (const Error& error) {
      fail(source, text.line, error.what());
    }
  }
}

Rational Scheme::marks(const PageLine& line) const {
  for (const int step : {line.step, 0}) {
    PageLine wanted = line;
    wanted.step = step;
    if (const auto found = marks_.find(wanted); found != marks_.end()) return found->second;
  }
  return default_;
}

}  // namespace tracer
