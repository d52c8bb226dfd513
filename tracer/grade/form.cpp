#include "tracer/grade/form.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tracer {
namespace {

std::string_view section(PageLine::Kind kind) {
  return kind == PageLine::Kind::gradient ? "backward"
         : kind == PageLine::Kind::update ? "update: the values after it"
                                          : "forward";
}

// "[[1, 2], [3, 4]]": how a value of that shape is written; empty where that would be long.
std::string example(Eigen::Index rows, Eigen::Index columns) {
  constexpr Eigen::Index most = 6;
  if (rows * columns > most) return "";
  std::string text;
  for (Eigen::Index i = 0, n = 1; i < rows; ++i) {
    std::string row;
    for (Eigen::Index j = 0; j < columns; ++j) row += fmt::format("{}{}", j == 0 ? "" : ", ", n++);
    const bool vector = rows == 1 || columns == 1;
    text += (i == 0 ? "" : ", ") + (vector ? row : "[" + row + "]");
  }
  return ", as [" + text + "]";
}

std::string line_text(LessonPages& pages, const PageLine& line) {
  const Array<Exact>& value = *pages.pages().find(line);
  const std::string text = pages.label(line) + " = ";
  if (value.size() == 1) return text;
  return fmt::format("{:<32}# {}×{}{}", text, value.rows(), value.cols(),
                     example(value.rows(), value.cols()));
}

}  // namespace

std::string blank_form(LessonPages& pages) {
  std::string form = fmt::format(
      "# {}\n"
      "# Write each number after its =, rounded as you like; working may stand before it, as in\n"
      "#   z = 2*3 + 1 = 7\n"
      "# What you leave empty is not marked. Then: tracer grade LESSON THIS-FILE\n",
      pages.program().title.empty() ? "Answers" : pages.program().title);
  for (int step = 1; step <= pages.steps_asked(); ++step) {
    pages.reach(step);
    const std::string heading = pages.heading(step);
    form += heading.empty() ? "\n" : "\n" + heading + ":\n";
    std::string_view last;
    for (const PageLine& line : pages.lines(step)) {
      if (section(line.kind) != last) form += fmt::format("  # {}\n", section(line.kind));
      last = section(line.kind);
      form += "  " + line_text(pages, line) + "\n";
    }
  }
  return form;
}

}  // namespace tracer
