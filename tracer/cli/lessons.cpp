// See lessons.hpp; and tracer lessons: lists the shipped lessons, or shows one.
#include "tracer/cli/lessons.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tracer/cli/commands.hpp"
#include "tracer/cli/output.hpp"
#include "tracer/error.hpp"
#include "tracer/json_text.hpp"
#include "tracer/language/diagnostic.hpp"
#include "tracer/language/lexer.hpp"
#include "tracer/language/parser.hpp"
#include "tracer/language/suggest.hpp"

namespace tracer::cli {
namespace {

namespace fs = std::filesystem;

std::optional<fs::path> lessons_directory() {
  if (const char* given = std::getenv("TRACER_LESSONS"); given != nullptr && *given != '\0')
    return given;
  std::error_code none;
  const fs::path program = fs::read_symlink("/proc/self/exe", none).parent_path();
  for (const fs::path& place : {program / "../share/tracer/lessons", program / "../../lessons",
                                program / "../lessons", fs::path(TRACER_LESSONS_INSTALL_DIR)}) {
    if (fs::is_directory(place, none)) return fs::weakly_canonical(place, none);
  }
  return std::nullopt;
}

}  // namespace

std::vector<ShippedLesson> shipped_lessons() {
  std::vector<ShippedLesson> lessons;
  std::error_code failed;
  const auto directory = lessons_directory();
  if (!directory)
    throw Error("the shipped lessons are not there: set TRACER_LESSONS to their folder");
  for (fs::directory_iterator it(*directory, failed), end; !failed && it != end;
       it.increment(failed)) {
    if (it->path().extension() == ".lesson")
      lessons.push_back({it->path().stem().string(), it->path()});
  }
  if (failed)
    throw Error(fmt::format("{} can't be read: {}", directory->string(), failed.message()));
  std::ranges::sort(lessons, {}, &ShippedLesson::name);
  return lessons;
}

std::optional<std::string> experiment_file(const std::string& what) {
  std::error_code none;
  if (fs::exists(what, none) &&
      !fs::is_directory(what, none)) {  // a sweep's folder may be called r8
    const fs::path extension = fs::path(what).extension();
    if (extension == ".toml" || extension == ".json") return what;
    return std::nullopt;
  }
  const auto directory = lessons_directory();
  if (!directory || what.find('/') != std::string::npos) return std::nullopt;
  const fs::path shipped =
      *directory / "experiments" / (what.ends_with(".toml") ? what : what + ".toml");
  if (!fs::exists(shipped, none)) return std::nullopt;
  return shipped.string();
}

fs::path find_lesson(const std::string& what) {
  std::error_code none;
  // a folder of that name in the way of a shipped lesson is no lesson
  if (fs::exists(what, none) &&
      !(fs::is_directory(what, none) && what.find('/') == std::string::npos))
    return what;
  const bool a_path = what.find('/') != std::string::npos;
  const std::string name = what.ends_with(".lesson") ? what.substr(0, what.size() - 7) : what;
  std::vector<std::string> names;
  if (!a_path && lessons_directory()) {
    for (const ShippedLesson& lesson : shipped_lessons()) {
      if (lesson.name == name) return lesson.path;
      names.push_back(lesson.name);
    }
    const fs::path experiment = *lessons_directory() / "experiments" / (name + ".lesson");
    if (fs::exists(experiment, none)) return experiment;
  }
  if (const auto near = closest(name, names)) {
    throw Error(fmt::format(
        "{}: there is no such file, and no shipped lesson of that name; did you mean {}?", what,
        *near));
  }
  throw Error(fmt::format(
      "{}: there is no such file{}", what,
      a_path ? "" : ", and no shipped lesson of that name (tracer lessons lists those)"));
}

Source lesson_source(const std::string& what) {
  if (what != "-") return read_source(find_lesson(what));
  return {"<standard input>", read_source("/dev/stdin").text()};
}

namespace {

// Whether a lesson has that name somewhere.
bool mentions(const Source& lesson, const std::string& name) {
  Diagnostics told_already;
  return std::ranges::any_of(tokenize(lesson, told_already), [&](const Token& token) {
    return token.kind == TokenKind::name && name_of(lesson, token) == name;
  });
}

}  // namespace

Program load_lesson(const std::string& what, const ElaborateOptions& options) {
  return load_lesson(lesson_source(what), options);
}

Program load_quietly(const Source& lesson, const ElaborateOptions& options) {
  Program program = load_program(lesson, options);
  for (const auto& [name, value] : options.set)
    if (!mentions(lesson, name)) throw Error(fmt::format("--set {0}: the lesson has no {0}", name));
  return program;
}

Program load_lesson(const Source& lesson, const ElaborateOptions& options) {
  Program program = load_quietly(lesson, options);
  for (const std::string& text : program.remarks) remark(text);
  return program;
}

std::map<std::string, Array<Exact>> parse_settings(const std::vector<std::string>& settings) {
  std::map<std::string, Array<Exact>> values;
  for (const std::string& setting : settings) {
    auto [name, value] = parse_setting(setting);
    if (!values.emplace(name, std::move(value)).second)
      throw Error(fmt::format("--set {}: {} is set twice", setting, name));
  }
  return values;
}

std::string title_of(const ShippedLesson& lesson) {
  const Source source = read_source(lesson.path);
  Diagnostics ignored;
  return parse(source, ignored).title;
}

namespace {

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
