// Whole outputs of the program, compared with the pages in tests/golden/ to the last character.
// After a change that is meant, `TRACER_UPDATE_GOLDEN=1 tracer_tests "[golden]"` rewrites them:
// read the difference (git diff) as a teacher would before it is kept.
#include <cstdlib>
#include <set>

#include "tests/catch.hpp"
#include "tests/lessons/run_program.hpp"

namespace tracer {
namespace {

namespace fs = std::filesystem;

struct Golden {
  std::string file;
  std::vector<std::string> arguments;
};

fs::path golden_folder() { return fs::path(TRACER_SOURCE_DIR) / "tests" / "golden"; }

// Sample 2 of relu-1-1-1: the page that tracer is measured by. It stands here and not in a file, so
// that no update of the golden files can move it.
const char* const measure = R"(Sample 2 of 3: x = 2, y = 4
  Weights now (after sample 1):  w1 = 1.02   b1 = 0.02   w2 = 1.02   b2 = 0.02

  Forward   x ─→ z1 ─→ a1 ─→ z2 ─→ L
    z1 = w1·x + b1     = (1.02)(2) + 0.02       = 2.06
    a1 = relu(z1)      = relu(2.06)             = 2.06          z1 > 0: passed on unchanged
    z2 = w2·a1 + b2    = (1.02)(2.06) + 0.02    = 2.1212
    L  = ½(z2 − y)²    = ½(2.1212 − 4)²         = 1.76494472

  Backward  L ─→ z2 ─→ a1 ─→ z1: what came from above × the local slope
    ∂L/∂z2 = z2 − y                                  = 2.1212 − 4       = −1.8788
                                                     (the 2 of the square cancels the ½)
    ∂L/∂w2 = ∂L/∂z2 · ∂z2/∂w2 = ∂L/∂z2 · a1          = (−1.8788)(2.06)  = −3.870328
    ∂L/∂b2 = ∂L/∂z2 · ∂z2/∂b2 = ∂L/∂z2 · 1           = (−1.8788)(1)     = −1.8788
    ∂L/∂a1 = ∂L/∂z2 · ∂z2/∂a1 = ∂L/∂z2 · w2          = (−1.8788)(1.02)  = −1.916376
                                                     (w2 from the forward pass, not the updated one)
    ∂L/∂z1 = ∂L/∂a1 · ∂a1/∂z1 = ∂L/∂a1 · relu′(z1)   = (−1.916376)(1)   = −1.916376
                                                     (z1 > 0, so the slope is 1)
    ∂L/∂w1 = ∂L/∂z1 · ∂z1/∂w1 = ∂L/∂z1 · x           = (−1.916376)(2)   = −3.832752
    ∂L/∂b1 = ∂L/∂z1 · ∂z1/∂b1 = ∂L/∂z1 · 1           = (−1.916376)(1)   = −1.916376

    The whole chain: ∂L/∂w1 = (z2 − y) · w2 · relu′(z1) · x = (−1.8788)(1.02)(1)(2) = −3.832752

  Update    new = old − 0.01 · gradient, all from the gradients above
    w1 ← 1.02 − 0.01·(−3.832752) = 1.05832752        b1 ← 0.02 − 0.01·(−1.916376) = 0.03916376
    w2 ← 1.02 − 0.01·(−3.870328) = 1.05870328        b2 ← 0.02 − 0.01·(−1.8788)   = 0.038788

  Did it help? Same sample, new weights: L ≈ 1.409251143 (was 1.76494472)
)";

std::vector<Golden> goldens() {
  std::vector<Golden> list;
  for (const fs::path& lesson : all_lessons()) {
    const std::string name = lesson.stem().string();
    list.push_back({name + ".txt", {"derive", name, "--color", "never"}});
  }
  for (const std::string name : {"relu-1-1-1", "softmax-layer"}) {
    list.push_back({name + ".md", {"derive", name, "--format", "markdown"}});
    list.push_back({name + ".tex", {"derive", name, "--format", "latex"}});
    list.push_back({name + ".json", {"derive", name, "--format", "json"}});
  }
  list.push_back({"skip-connection.tex", {"derive", "skip-connection", "--format", "latex"}});
  list.push_back({"relu-1-1-1.round-4.txt", {"derive", "relu-1-1-1", "--round", "4"}});
  list.push_back({"relu-1-1-1.brief.txt", {"derive", "relu-1-1-1", "--brief", "--samples", "2"}});
  list.push_back({"sigmoid-neuron.ops.txt", {"derive", "sigmoid-neuron", "--detail", "ops"}});
  list.push_back({"two-layer-matrix.entry.txt",
                  {"derive", "two-layer-matrix", "--samples", "2", "--wrt", "W1[0,1]"}});
  list.push_back({"softmax-layer.digits-30.txt", {"derive", "softmax-layer", "--digits", "30"}});
  list.push_back(
      {"expression.txt",
       {"derive", "-e", "L = (w*x - y)**2", "--set", "w=2", "--set", "x=3", "--set", "y=5"}});
  return list;
}

TEST_CASE("golden: every output is the page that was read and approved", "[golden]") {
  const bool update = std::getenv("TRACER_UPDATE_GOLDEN") != nullptr;
  for (const Golden& golden : goldens()) {
    DYNAMIC_SECTION(golden.file) {
      const ProgramRun run = run_program(golden.arguments);
      INFO(run.errors);
      REQUIRE(run.status == 0);
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
  const ProgramRun run = run_program({"derive", "relu-1-1-1", "--color", "never"});
  REQUIRE(run.status == 0);
  const auto begin = run.output.find("Sample 2 of 3");
  const auto end = run.output.find("\nSample 3 of 3");
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
