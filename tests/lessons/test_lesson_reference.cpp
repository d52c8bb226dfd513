// lessons/README.md is the reference of the language: what it says of the program must be so. Its
// list of functions is renewed by `TRACER_UPDATE_GOLDEN=1 tracer_tests "[golden]"`.
#include <algorithm>
#include <cstdlib>

#include "tests/catch.hpp"
#include "tests/lessons/run_program.hpp"

namespace tracer {
namespace {

const std::string& reference() {
  static const std::string text = read_text(lessons_folder() / "README.md");
  return text;
}

struct Fenced {
  std::string language;  ///< what stands after ```
  std::string text;
};

// the blocks between ``` lines
std::vector<Fenced> blocks() {
  std::vector<Fenced> found;
  bool inside = false;
  for (const std::string& line : lines_of(reference())) {
    if (line.starts_with("```")) {
      if (!inside) found.push_back({line.substr(3), ""});
      inside = !inside;
    } else if (inside) {
      found.back().text += line + "\n";
    }
  }
  return found;
}

TEST_CASE("reference: its functions are the output of tracer help ops", "[lessons][golden]") {
  const ProgramRun run = run_program({"help", "ops"});
  REQUIRE(run.status == 0);
  std::vector<std::string> texts;
  for (const Fenced& block : blocks()) {
    if (block.language == "text") texts.push_back(block.text);
  }
  REQUIRE(!texts.empty());
  const std::string& listed = *std::ranges::max_element(texts, {}, &std::string::size);
  if (std::getenv("TRACER_UPDATE_GOLDEN") != nullptr) {
    std::string renewed = reference();
    renewed.replace(renewed.find(listed), listed.size(), run.output);
    write_text(lessons_folder() / "README.md", renewed);
    return;
  }
  INFO("if the change is meant: TRACER_UPDATE_GOLDEN=1 tracer_tests \"[golden]\"");
  CHECK(first_difference(run.output, listed) == "");
}

TEST_CASE("reference: every block that is called a lesson runs, and its expectations hold",
          "[lessons]") {
  const TemporaryFolder folder;
  int lessons = 0;
  for (const Fenced& block : blocks()) {
    if (block.language != "lesson") continue;
    ++lessons;
    const auto path = folder.path() / "block.lesson";
    write_text(path, block.text);
    const ProgramRun run = run_program({"derive", path.string()});
    INFO(block.text);
    INFO(run.errors);
    CHECK(run.status == 0);
  }
  CHECK(lessons >= 5);
}

TEST_CASE("reference: every message that it shows is what the program says", "[lessons]") {
  const TemporaryFolder folder;
  int messages = 0;
  const std::vector<Fenced> all = blocks();
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (all[i].language != "message" || all[i - 1].language != "mistake") continue;
    ++messages;
    write_text(folder.path() / "hw.lesson", all[i - 1].text);
    const ProgramRun run = run_program({"derive", "hw.lesson"}, folder.path());
    CHECK(run.status == 2);
    CHECK(first_difference(all[i].text, run.errors) == "");
  }
  CHECK(messages >= 2);
}

TEST_CASE("reference: it names every lesson, and every lesson that it names is there",
          "[lessons]") {
  for (const auto& lesson : all_lessons()) {
    const std::string name = lesson.filename().string();
    CAPTURE(name);
    CHECK(reference().find("(" + name + ")") != std::string::npos);  // as a link
  }
  for (std::size_t at = reference().find(".lesson)"); at != std::string::npos;
       at = reference().find(".lesson)", at + 1)) {
    const std::size_t begin = reference().rfind('(', at) + 1;
    const std::string name = reference().substr(begin, at + 7 - begin);
    CAPTURE(name);
    CHECK(std::filesystem::exists(lessons_folder() / name));
  }
}

}  // namespace
}  // namespace tracer
