// tracer lessons: lists the shipped lessons, or shows one.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tracer/cli/commands.hpp"
#include "tracer/cli/lesson_files.hpp"
#include "tracer/cli/output.hpp"
#include "tracer/error.hpp"
#include "tracer/json_text.hpp"
#include "tracer/language/parser.hpp"

namespace tracer::cli {
namespace {

std::string title_of(const ShippedLesson& lesson) {
  const Source source = read_source(lesson.path);
  Diagnostics ignored;
  return parse(source, ignored).title;
}

struct LessonsFlags {
  std::string name;
  Output output;
  bool path = false;
};

int run(const LessonsFlags& options) {
  if (!options.name.empty()) {
    const auto path = find_lesson(options.name);
    print(options.path ? path.string() + "\n" : read_source(path).text());
    return 0;
  }
  std::string text;
  auto list = nlohmann::ordered_json::array();
  for (const ShippedLesson& lesson : shipped_lessons()) {
    const std::string title = title_of(lesson);
    text += fmt::format("{:<20}  {}\n", lesson.name, title);
    list.push_back({{"name", lesson.name}, {"title", title}, {"path", lesson.path.string()}});
  }
  if (options.output.chosen() == "json") {
    print(json_text({{"schema", 1}, {"lessons", list}}, 2) + "\n");
  } else {
    print(text +
          "\nshow one: tracer lessons NAME      work it out: tracer derive NAME      train it: "
          "tracer train NAME\n");
  }
  return 0;
}

}  // namespace

Command lessons_command() {
  const auto options = std::make_shared<LessonsFlags>();
  LessonsFlags& to = *options;
  return {"lessons",
          "lists the shipped lessons, or shows one",
          "Example: tracer lessons relu-1-1-1\nEvery command takes a shipped lesson by its name: "
          "tracer derive relu-1-1-1",
          {{"[name]", &to.name, "the lesson to show; none: list them all", LessonName{}},
           format_flag(to.output, {"text", "json"}),
           {"--path", &to.path, "say where the file is, in place of its text"}},
          [options] { return run(*options); }};
}

}  // namespace tracer::cli
