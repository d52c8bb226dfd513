// derive --width: no line of any lesson's page is wider than it is told to be.
#include <algorithm>
#include <cstdlib>

#include "tests/catch.hpp"
#include "tests/lessons/run_program.hpp"
#include "tracer/text/cells.hpp"

namespace tracer {
namespace {

/// COLUMNS for as long as it lives; nothing: it is not set.
class Columns {
 public:
  explicit Columns(const char* text = nullptr) {
    if (const char* before = std::getenv("COLUMNS"); before != nullptr) before_ = before;
    set(text);
  }
  ~Columns() { set(before_.empty() ? nullptr : before_.c_str()); }
  Columns(const Columns&) = delete;
  Columns& operator=(const Columns&) = delete;

 private:
  static void set(const char* text) {
    if (text == nullptr)
      unsetenv("COLUMNS");
    else
      setenv("COLUMNS", text, 1);
  }
  std::string before_;
};

/// The lines that are wider than `width`, each with its own.
std::string too_wide(const std::string& page, int width) {
  std::string wide;
  for (const std::string& line : lines_of(page))
    if (display_width(line) > width)
      wide += std::to_string(display_width(line)) + ": " + line + "\n";
  return wide;
}

int widest(const std::string& page) {
  int width = 0;
  for (const std::string& line : lines_of(page)) width = std::max(width, display_width(line));
  return width;
}

bool is_derived(const std::filesystem::path& lesson) {
  const std::string text = read_text(lesson);
  return !has(text, "mnist(");  // pictures, which must be downloaded and would take hours
}

TEST_CASE("page width: every lesson's page in 80 columns, as in a pipe", "[lessons][width]") {
  const Columns unset;
  for (const auto& lesson : all_lessons()) {
    if (!is_derived(lesson)) continue;
    const std::string name = lesson.stem().string();
    CAPTURE(name);
    const ProgramRun run = run_program({"derive", name, "--steps", "3"});
    CHECK(run.status <= 1);
    CHECK(!run.output.empty());
    CHECK(too_wide(run.output, 80) == "");
  }
}

TEST_CASE("page width: some lessons in other widths and with other flags", "[lessons][width]") {
  for (const std::string name :
       {"relu-1-1-1", "find-the-bug", "xor-2-2-1", "softmax-layer", "moons", "momentum-and-adam"}) {
    for (const int width : {40, 60, 100, 120}) {
      CAPTURE(name, width);
      const std::vector<std::string> plain{"derive",  name, "--width", std::to_string(width),
                                           "--steps", "2"};
      for (const std::vector<std::string>& more : std::vector<std::vector<std::string>>{
               {}, {"--color", "always"}, {"--detail", "ops"}, {"--blank"}, {"--digits", "20"}}) {
        std::vector<std::string> arguments = plain;
        arguments.insert(arguments.end(), more.begin(), more.end());
        INFO((more.empty() ? "" : more.front()));
        if (width == 40 && has(arguments.back(), "20")) continue;  // a number that is never parted
        CHECK(too_wide(run_program(arguments).output, width) == "");
      }
    }
  }
}

TEST_CASE("page width: --width counts, then COLUMNS, then 80", "[lessons][width]") {
  const std::vector<std::string> derive{"derive", "relu-1-1-1"};
  const std::vector<std::string> wide{"derive", "relu-1-1-1", "--width", "100"};
  std::string in_80, in_100;
  {
    const Columns unset;
    in_80 = run_program(derive).output;
    in_100 = run_program(wide).output;
    CHECK(run_program({"derive", "relu-1-1-1", "--width", "80"}).output == in_80);
    const TemporaryFolder folder;
    run_program({"derive", "relu-1-1-1", "-o", "page.txt"}, folder.path());
    CHECK(read_text(folder / "page.txt") == in_80);
  }
  CHECK(widest(in_80) <= 80);
  CHECK(widest(in_100) > 80);
  {
    const Columns said("100");
    CHECK(run_program(derive).output == in_100);
    CHECK(run_program({"derive", "relu-1-1-1", "--width", "80"}).output == in_80);
  }
  for (const char* nonsense : {"0", "-3", "abc", "12", "100x", "99999", ""}) {
    CAPTURE(nonsense);
    const Columns said(nonsense);
    CHECK(run_program(derive).output == in_80);
  }
}

TEST_CASE("page width: no page is marked wrong for its width", "[lessons][width]") {
  const TemporaryFolder folder;
  for (const std::string name :
       {"relu-1-1-1", "xor-2-2-1", "two-layer-matrix", "momentum-and-adam", "sigmoid-neuron"}) {
    for (const std::string width : {"50", "60", "80", "100"}) {
      CAPTURE(name, width);
      run_program({"derive", name, "--width", width, "-o", "page.txt"}, folder.path());
      const ProgramRun run = run_program({"grade", name, "page.txt"}, folder.path());
      CHECK(run.status == 0);
      CHECK(has(run.output, " 0 wrong"));
    }
  }
}

TEST_CASE("page width: what is no width is an error", "[lessons][width]") {
  for (const std::string width : {"0", "-3", "abc", "10", "39", "1001", "80x", ""}) {
    CAPTURE(width);
    const ProgramRun run = run_program({"derive", "relu-1-1-1", "--width", width});
    CHECK(run.status == 2);
    CHECK(run.output == "");
    CHECK(run.errors ==
          "tracer: error: --width: expected a number of columns from 40 to 1000, got '" + width +
              "' (tracer --help)\n");
  }
}

}  // namespace
}  // namespace tracer
