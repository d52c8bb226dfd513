// The command line itself: flags, files, exit statuses.
#include "tests/catch.hpp"
#include "tests/lessons/run_program.hpp"

namespace tracer {
TEST_CASE("every wrong flag is an error with exit status 2", "[cli]") {
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"derive"},
           {"frobnicate"},
           {"--nope"},
           {"derive", "relu-1-1-1", "extra"},
           {"derive", "relu-1-1-1", "--digits", "0"},
           {"derive", "relu-1-1-1", "--digits", "ten"},
           {"derive", "relu-1-1-1", "--round", "x"},
           {"derive", "relu-1-1-1", "--round", "0sig"},
           {"derive", "relu-1-1-1", "--format", "pdf"},
           {"derive", "relu-1-1-1", "--samples", "3-2"},
           {"derive", "relu-1-1-1", "--samples", "4"},
           {"derive", "relu-1-1-1", "--steps", "none"},
           {"derive", "relu-1-1-1", "--wrt", "zz"},
           {"derive", "relu-1-1-1", "--wrt", "w1[3"},
           {"derive", "relu-1-1-1", "--set", "w1"},
           {"derive", "relu-1-1-1", "-o", "/nowhere/at/all.txt"},
           {"derive", "relu-1-1-1", "-e", "L = 2"},
           {"derive", "-e", "L = x**2"},
           {"derive", "relu-1-1-1", "--depth", "2"},
           {"derive", "relu-1-1-1", "--wrt", "w1", "--depth", "2"},
           {"derive", "chain-rule", "--only", "update"},
           {"derive", "skip-connection", "--round", "4"},
           {"derive", "skip-connection", "--samples", "1"},
           {"help", "ops", "relo"},
           {"lessons", "nope"},
       }) {
    INFO(arguments.front() << " ... " << arguments.back());
    const ProgramRun run = run_program(arguments);
    CHECK(run.status == 2);
    CHECK(run.output.empty());
    CHECK(has(run.errors, "error: "));
  }
}

TEST_CASE("a misspelt command gets a suggestion", "[cli]") {
  CHECK(run_program({"dervie", "x"}).errors ==
        "tracer: error: there is no command dervie; did you mean derive?\n");
}

TEST_CASE("-e works a formula out and differentiates for what is set", "[cli]") {
  const ProgramRun run = run_program(
      {"derive", "-e", "L = (w*x - y)**2", "--set", "w=2", "--set", "x=3", "--set", "y=1/3"});
  CHECK(run.status == 0);
  CHECK(run.output ==
        "  Given:  w = 2   x = 3   y = 1/3\n"
        "\n"
        "  Forward\n"
        "    L = (w·x − y)²    = ((2)(3) − 1/3)²    = 289/9 ≈ 32.11111111\n"
        "\n"
        "  Backward\n"
        "    ∂L/∂w = 2(w·x − y) · x   = 2((2)(3) − 1/3)(3)  = 34\n"
        "    ∂L/∂x = 2(w·x − y) · w   = 2((2)(3) − 1/3)(2)  = 68/3 ≈ 22.66666667\n"
        "    ∂L/∂y = −2(w·x − y)      = −2((2)(3) − 1/3)    = −34/3 ≈ −11.33333333\n");
}

TEST_CASE("--set replaces a value of the lesson", "[cli]") {
  const ProgramRun run =
      run_program({"derive", "chain-rule", "--set", "a=-3", "--only", "forward"});
  CHECK(has(run.output, "= −3 + 3"));
}

TEST_CASE("-o writes the whole page or leaves the old file as it was", "[cli]") {
  const TemporaryFolder folder;
  const auto page = folder.path() / "page.txt";
  const ProgramRun whole = run_program({"derive", "chain-rule"});
  CHECK(run_program({"derive", "chain-rule", "-o", page.string()}).status == 0);
  CHECK(read_text(page) == whole.output);
  CHECK(run_program({"derive", "-e", "L = log(w)", "--set", "w=0", "-o", page.string()}).status ==
        2);
  CHECK(read_text(page) == whole.output);
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) ==
        1);  // nothing left beside it
}

TEST_CASE("the ending of -o chooses the format where none is said", "[cli]") {
  const TemporaryFolder folder;
  const auto written = [&](std::vector<std::string> words, const std::string& file) {
    words.insert(words.end(), {"-o", file});
    CHECK(run_program(words, folder.path()).status == 0);
    return read_text(folder.path() / file);
  };
  const std::vector<std::string> derive{"derive", "relu-1-1-1"};
  CHECK(written(derive, "page.tex").starts_with("\\documentclass"));
  CHECK(written(derive, "page.json").starts_with("{"));
  CHECK(written(derive, "page.md").starts_with("# "));
  CHECK(written(derive, "page.csv").starts_with("One hidden"));  // derive has no such format
  CHECK(written({"check", "relu-1-1-1"}, "check.json").starts_with("{"));
  CHECK(
      written({"derive", "relu-1-1-1", "--format", "text"}, "text.tex").starts_with("One hidden"));
}

TEST_CASE("a full disk is told, not passed over", "[cli][needs-dev-full]") {
  if (!std::filesystem::exists("/dev/full")) {
    WARN("skipped: there is no /dev/full here");
    return;
  }
  // a device is written to, never replaced: that the disk is full is found out there
  const ProgramRun run = run_program({"derive", "chain-rule", "-o", "/dev/full"});
  CHECK(std::filesystem::is_character_file("/dev/full"));
  CHECK(run.status == 2);
  CHECK(has(run.errors, "/dev/full can't be written"));
}

TEST_CASE("colour is for terminals, and can be asked for", "[cli]") {
  CHECK_FALSE(has(run_program({"derive", "chain-rule"}).output, "\x1b["));
  CHECK(has(run_program({"derive", "chain-rule", "--color", "always"}).output, "\x1b["));
  CHECK_FALSE(
      has(run_program({"derive", "chain-rule", "--color", "always", "--format", "json"}).output,
          "\x1b["));
}

TEST_CASE("--only, --brief, --samples and --wrt leave out what they say", "[cli]") {
  const std::string forward = run_program({"derive", "relu-1-1-1", "--only", "forward"}).output;
  CHECK(has(forward, "Forward"));
  CHECK_FALSE(has(forward, "\n  Backward"));
  CHECK_FALSE(has(forward, "\n  Update"));
  CHECK_FALSE(has(run_program({"derive", "relu-1-1-1", "--brief"}).output, "so the slope is 1"));
  const std::string second = run_program({"derive", "relu-1-1-1", "--samples", "2"}).output;
  CHECK(has(second, "Sample 2 of 3"));
  CHECK_FALSE(has(second, "Sample 1 of 3"));
  const std::string w1 =
      run_program({"derive", "relu-1-1-1", "--wrt", "w1", "--samples", "1"}).output;
  CHECK(has(w1, "∂L/∂w1 = "));
  CHECK_FALSE(has(w1, "∂L/∂b2 = "));
}

TEST_CASE("the inverse of a singular matrix is an error that says where, and what helps", "[cli]") {
  const ProgramRun run =
      run_program({"derive", "-e", "B = inv(A); L = sum(B)", "--set", "A=[[1,2],[2,4]]"});
  CHECK(run.status == 2);
  CHECK(has(run.errors, "1:1: error: this matrix is singular, its determinant is 0"));
  CHECK(has(run.errors, "a small multiple of the identity added to it gives it one"));
}

TEST_CASE("help is everywhere, and names an example", "[cli]") {
  CHECK(has(run_program({"--help"}).output, "Example: tracer derive relu-1-1-1"));
  CHECK(has(run_program({"derive", "--help"}).output,
            "tracer derive relu-1-1-1 --round 4 --samples 2"));
  CHECK(has(run_program({"lessons", "--help"}).output, "Example: tracer lessons relu-1-1-1"));
  CHECK(run_program({"help", "derive"}).output == run_program({"derive", "--help"}).output);
  CHECK(has(run_program({"help", "ops", "tanh"}).output, "1 − y²"));
  CHECK(run_program({"help", "ops", "clamp"}).output.starts_with("clip "));  // PyTorch's name
  CHECK(run_program({"help", "ops", "pi"}).output.starts_with("π = 3.14159"));
  CHECK(has(run_program({"help", "optimizers"}).output, "adam"));
  CHECK(run_program({"--version"}).output.starts_with("tracer "));
}

}  // namespace tracer
