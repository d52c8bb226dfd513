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

}  // namespace

Command add_lessons(CLI::App& app) {
  struct Options {
    std::string name;
    std::string format = "text";
    bool path = false;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("lessons", "lists the shipped lessons, or shows one");
  command->footer(
      "Example: tracer lessons relu-1-1-1\nEvery command takes a shipped lesson by its name: "
      "tracer derive relu-1-1-1");
  command->add_option("name", options->name, "the lesson to show; none: list them all");
  command->add_option("--format", options->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}));
  command->add_flag("--path", options->path, "say where the file is, in place of its text");
  return [options] {
    if (!options->name.empty()) {
      const auto path = find_lesson(options->name);
      print(options->path ? path.string() + "\n" : read_source(path).text());
      return 0;
    }
    std::string text;
    auto list = nlohmann::ordered_json::array();
    for (const ShippedLesson& lesson : shipped_lessons()) {
      const std::string title = title_of(lesson);
      text += fmt::format("{:<20}  {}\n", lesson.name, title);
      list.push_back({{"name", lesson.name}, {"title", title}, {"path", lesson.path.string()}});
    }
    if (options->format == "json") {
      print(json_text({{"schema", 1}, {"lessons", list}}, 2) + "\n");
    } else {
      print(text +
            "\nshow one: tracer lessons NAME      work it out: tracer derive NAME      train it: "
            "tracer train NAME\n");
    }
    return 0;
  };
}

}  // namespace tracer::cli
