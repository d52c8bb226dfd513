// Answers marked in a test: lesson and answers are texts, and so is what is said of an answer.
//
//   const Marking marking = marked(lesson, "sample 2: dL/dw2 = 3.8703\n");
//   line_of(marking, 2, "dL/dw2").mark               Mark::wrong
//   says(marking, 3, "b2")                           "follows from your b2"
#pragma once

#include <optional>
#include <stdexcept>
#include <string>

#include "tests/derive/lessons.hpp"
#include "tests/lessons/run_program.hpp"
#include "tracer/grade/marking.hpp"
#include "tracer/number/decimal.hpp"
#include "tracer/render/formats.hpp"
#include "tracer/render/marking_page.hpp"

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

inline std::string page_text(const Marking& marking) {
  return write(page_of(marking, false), "text", {.width = Paragraph::at_page});
}

inline Program shipped_lesson(const std::string& name) {
  return load_program(read_source(lessons_folder() / (name + ".lesson")));
}

/// A number as somebody writes it with so many decimals; -1: as a fraction, or with thirty digits
/// where it is none
inline std::string written(const Exact& x, int decimals) {
  if (decimals < 0) return x.is_rational() ? to_string(x.rational()) : to_decimal(x, 30, true).text;
  const Rational rounded = round(x, {decimals, false, RoundingMode::half_away}).rational();
  std::string digits =
      to_string(Rational(boost::multiprecision::abs(rounded) * power_of_ten(decimals)));
  const auto places = static_cast<std::size_t>(decimals);
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  if (places > 0) digits.insert(digits.size() - places, ".");
  return (rounded < 0 ? "-" : "") + digits;
}

inline std::string written(const Array<Exact>& value, int decimals) {
  if (value.size() == 1) return written(value(0, 0), decimals);
  std::string text = "[";
  for (Eigen::Index i = 0; i < value.rows(); ++i) {
    text += i == 0 ? "[" : ", [";
    for (Eigen::Index j = 0; j < value.cols(); ++j)
      text += (j == 0 ? "" : ", ") + written(value(i, j), decimals);
    text += "]";
  }
  return text + "]";
}

}  // namespace tracer::test
