// Answers marked in a test: lesson and answers as texts.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>

#include "tests/derive/lessons.hpp"
#include "tracer/check/grade/marking.hpp"
#include "tracer/render/marking_text.hpp"

namespace tracer::test {

inline Marking marked(const Program& program, const std::string& answers,
                      const std::optional<Rounding>& rounding = {},
                      const std::string& scheme = "") {
  LessonPages pages(program, Working{256, 4096});
  const AnswersFile file = read_answers(Source("test.answers", answers));
  const AnswerSheet sheet = read_sheet(file, pages, rounding);
  return mark(pages, sheet, rounding,
              scheme.empty() ? Scheme() : Scheme(Source("test.scheme", scheme), pages));
}

inline Marking marked(const std::string& lesson, const std::string& answers,
                      const std::optional<Rounding>& rounding = {},
                      const std::string& scheme = "") {
  return marked(test::lesson(lesson), answers, rounding, scheme);
}

/// The line that the answer of that name got in that step.
inline const MarkedLine& line_of(const Marking& marking, int step, const std::string& name) {
  for (const MarkedStep& one : marking.steps) {
    for (const MarkedLine& line : one.lines) {
      if (one.step == step && line.answer.name == name) return line;
    }
  }
  throw std::runtime_error("no answer " + name);
}

inline std::string says(const Marking& marking, int step, const std::string& name) {
  return verdict(line_of(marking, step, name), false);
}

}  // namespace tracer::test
