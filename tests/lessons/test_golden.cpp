// Whole outputs of the program, compared with the pages in tests/golden/ to the last character.
// After a change that is meant, `TRACER_UPDATE_GOLDEN=1 tracer_tests "[golden]"` rewrites them:
// read the difference (git diff) as a teacher would before it is kept.
#include <cstdlib>
#include <set>

#include "tests/catch.hpp"
#include "tests/lessons/run_program.hpp"
#include "tests/measure.hpp"

namespace tracer {
namespace {

namespace fs = std::filesystem;

struct Golden {
  std::string file;
  std::vector<std::string> arguments;
  int status = 0;
};

fs::path golden_folder() { return fs::path(TRACER_SOURCE_DIR) / "tests" / "golden"; }

std::vector<Golden> goldens() {
  std::vector<Golden> list;
  // pages of text as wide as the page that tracer is measured by; some as narrow as a pipe has them
  const auto page = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "derive");
    arguments.insert(arguments.end(), {"--width", "100"});
    return arguments;
  };
  for (const fs::path& lesson : derived_lessons()) {
    const std::string name = lesson.stem().string();
    list.push_back({name + ".txt", page({name, "--color", "never"})});
  }
  for (const std::string name : {"relu-1-1-1", "find-the-bug"})
    list.push_back({name + ".narrow.txt", {"derive", name}});
  for (const std::string name : {"relu-1-1-1", "softmax-layer"}) {
    list.push_back({name + ".md", {"derive", name, "--format", "markdown"}});
    list.push_back({name + ".tex", {"derive", name, "--format", "latex"}});
    list.push_back({name + ".json", {"derive", name, "--format", "json"}});
  }
  list.push_back({"skip-connection.tex", {"derive", "skip-connection", "--format", "latex"}});
  list.push_back(
      {"skip-connection.rows.txt",
       {"derive", "skip-connection", "--layout", "numerator", "--jacobians", "--paths"}});
  list.push_back({"softmax-layer.expand.txt", page({"softmax-layer", "--expand"})});
  list.push_back({"fan-out.check.txt", page({"fan-out", "--check", "--paths", "--jacobians"})});
  list.push_back({"relu-1-1-1.round-4.txt", page({"relu-1-1-1", "--round", "4"})});
  list.push_back({"relu-1-1-1.brief.txt", page({"relu-1-1-1", "--brief", "--samples", "2"})});
  list.push_back({"sigmoid-neuron.ops.txt", page({"sigmoid-neuron", "--detail", "ops"})});
  list.push_back({"two-layer-matrix.entry.txt",
                  page({"two-layer-matrix", "--samples", "2", "--wrt", "W1[0,1]"})});
  list.push_back(
      {"two-layer-matrix.depth-4.txt", page({"two-layer-matrix", "--samples", "2", "--wrt",
                                             "W1[0,1]", "--depth", "4", "--only", "backward"})});
  list.push_back({"two-losses.txt",
                  page({"-e", "y = w*x + b; A = (y - 1)**2; B = 1/2*w**2; grad A, B wrt w, b",
                        "--set", "w=2", "--set", "b=1", "--set", "x=3"})});
  list.push_back({"relu-1-1-1.check.txt", {"check", "relu-1-1-1", "--sample", "2"}});
  list.push_back({"gradient-check.check.txt", {"check", "gradient-check"}});
  list.push_back({"gradient-check.order-2.txt", {"check", "gradient-check", "--order", "2"}});
  list.push_back({"softmax-layer.digits-30.txt", page({"softmax-layer", "--digits", "30"})});
  list.push_back({"r1.marked.txt",
                  {"grade", "relu-1-1-1", (lessons_folder() / "marking" / "r1.answers").string(),
                   "--round", "4"},
                  1});
  list.push_back({"expression.txt", page({"-e", "L = (w*x - y)**2", "--set", "w=2", "--set", "x=3",
                                          "--set", "y=5"})});
  return list;
}

TEST_CASE("golden: every output is the page that was read and approved", "[golden]") {
  const bool update = std::getenv("TRACER_UPDATE_GOLDEN") != nullptr;
  for (const Golden& golden : goldens()) {
    DYNAMIC_SECTION(golden.file) {
      const ProgramRun run = run_program(golden.arguments);
      INFO(run.errors);
      REQUIRE(run.status == golden.status);
      const fs::path path = golden_folder() / golden.file;
      if (update) write_text(path, run.output);
      INFO("if the change is meant: TRACER_UPDATE_GOLDEN=1 tracer_tests \"[golden]\"");
      REQUIRE(fs::exists(path));
      CHECK(first_difference(read_text(path), run.output) == "");
    }
  }
}

TEST_CASE("golden: no page is left over from an output that is no longer made", "[golden]") {
  std::set<std::string> made;
  for (const Golden& golden : goldens()) made.insert(golden.file);
  for (const auto& entry : fs::directory_iterator(golden_folder())) {
    CAPTURE(entry.path().filename().string());
    CHECK(made.contains(entry.path().filename().string()));
  }
}

TEST_CASE("golden: sample 2 of relu-1-1-1 is the page that tracer is measured by", "[golden]") {
  const ProgramRun run = run_program({"derive", "relu-1-1-1", "--samples", "2", "--width", "100"});
  REQUIRE(run.status == 0);
  const auto begin = run.output.find("Sample 2 of 3");
  const auto end = run.output.find("\n… 1 more step");
  REQUIRE(begin != std::string::npos);
  REQUIRE(end != std::string::npos);
  CHECK(first_difference(measure, run.output.substr(begin, end - begin)) == "");
}

TEST_CASE("golden: the same output twice, with and without a terminal's environment", "[golden]") {
  const std::vector<std::string> derive{"derive", "softmax-layer"};
  CHECK(run_program(derive).output == run_program(derive).output);
  const TemporaryFolder elsewhere;
  CHECK(run_program(derive).output == run_program(derive, elsewhere.path()).output);
}

TEST_CASE("golden: the first difference is shown with its line, expected and got", "[golden]") {
  CHECK(first_difference("a\nb\n", "a\nb\n") == "");
  CHECK(first_difference("a\nb\n", "a\nc\n") == "line 2\n  expected: b\n  got:      c");
  CHECK(first_difference("a\nb\n", "a\n") == "line 2 is missing: b");
  CHECK(first_difference("a\n", "a\nb\n") == "line 2 is one too many: b");
  CHECK(first_difference("a\n", "a") == "one ends with a newline and the other does not");
}

}  // namespace
}  // namespace tracer
