#include "tests/catch.hpp"
#include "tests/lessons/run_program.hpp"

namespace tracer {

TEST_CASE("graph: a lesson as a picture in the terminal", "[cli][graph]") {
  const ProgramRun run = run_program({"graph", "softmax-layer"});
  REQUIRE(run.status == 0);
  CHECK(run.output ==
        "A softmax layer and cross-entropy, a batch of two\n"
        "\n"
        "W ─┐\n"
        "X ─┴┬─ Z ── P ─┬─ L\n"
        "b ──┘       Y ─┘\n");
  const ProgramRun lines = run_program({"graph", "softmax-layer", "--lines"});
  CHECK(has(lines.output, "Z ── P ── L"));
  CHECK(!has(lines.output, "W"));
}

TEST_CASE("graph: values and gradients of a step stand in the nodes", "[cli][graph]") {
  const ProgramRun run =
      run_program({"graph", "relu-1-1-1", "--values", "--gradients", "--step", "2"});
  REQUIRE(run.status == 0);
  CHECK(has(run.output, "z1 = 2.06  ∂ −1.916"));
  CHECK(has(run.output, "L = 1.765"));
  CHECK(run_program({"graph", "relu-1-1-1", "--values", "--step", "99"}).status == 2);
}

TEST_CASE("graph: as SVG, HTML and DOT", "[cli][graph]") {
  const ProgramRun svg = run_program({"graph", "xor-2-2-1", "--format", "svg"});
  CHECK(svg.output.starts_with("<svg "));
  CHECK(has(svg.output, "data-from=\"h1\" data-to=\"s\""));
  CHECK(has(run_program({"graph", "xor-2-2-1", "--format", "html"}).output, "<figure><svg "));
  const ProgramRun dot = run_program({"graph", "xor-2-2-1", "--format", "dot"});
  CHECK(has(dot.output, "\"h1\" -> \"s\""));
  CHECK(has(dot.output, "rankdir=LR"));
}

TEST_CASE("graph: too many nodes for a picture are drawn without leaves, and that is said",
          "[cli][graph]") {
  const TemporaryFolder folder;
  std::string text = "# Long\n\n";
  for (int i = 0; i < 30; ++i) text += "param w" + std::to_string(i) + " = 1\n";
  text += "a0 = w0\n";
  for (int i = 1; i < 30; ++i)
    text += "a" + std::to_string(i) + " = a" + std::to_string(i - 1) + " * w" + std::to_string(i) +
            "\n";
  text += "L = a29**2\n";
  write_text(folder / "long.lesson", text);
  const ProgramRun run = run_program({"graph", "long.lesson"}, folder.path());
  INFO(run.output << run.errors);
  REQUIRE(run.status == 0);
  CHECK(has(run.errors, "31 of 61 nodes: parameters and data are left out"));
  CHECK(has(run.output, "a0 ── a1 ── a2"));
}

TEST_CASE("graph: laid out by Graphviz where it is installed", "[cli][graph]") {
  const ProgramRun text = run_program({"graph", "relu-1-1-1", "--layout", "dot"});
  CHECK(text.status == 2);
  CHECK(has(text.errors, "--layout dot is of --format svg and html"));
  const ProgramRun svg = run_program({"graph", "relu-1-1-1", "--layout", "dot", "--format", "svg"});
  if (svg.status == 0) {
    CHECK(svg.output.starts_with("<svg"));
    CHECK(has(svg.output, "<title>z1</title>"));
    CHECK(has(run_program({"graph", "relu-1-1-1", "--layout", "dot", "--format", "html"}).output,
              "<figure><svg"));
  } else {
    WARN("skipped: Graphviz is not installed");
    CHECK(svg.status == 2);
    CHECK(has(svg.errors, "Graphviz is not installed: apt-get install graphviz"));
  }
}

}  // namespace tracer
