// Pages that go elsewhere: sheets to be filled in, fragments for a document of one's own, and every
// lesson through pdflatex and pandoc where they are installed.
#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "tests/catch.hpp"
#include "tests/lessons/run_program.hpp"

namespace tracer {
namespace {

namespace fs = std::filesystem;

std::string derived_page(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "derive");
  const ProgramRun run = run_program(arguments);
  INFO(run.errors);
  REQUIRE(run.status == 0);
  return run.output;
}

std::size_t times(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

TEST_CASE("blank: a sheet of scalars has boxes for what is worked out", "[lessons][blank]") {
  CHECK(derived_page({"relu-1-1-1", "--blank", "--samples", "2", "--width", "80"}) ==
        R"(One hidden ReLU neuron, three samples

To be filled in: every box. Forward: the value of each line, from top to bottom.
Backward: in the first box of a line the formula that the chain rule gives, in
the second its value. Update: the new value of each line, all of them from the
gradients above.

Sample 2 of 3: x = 2, y = 4
  Weights now (after sample 1):  w1 = 1.02   b1 = 0.02   w2 = 1.02   b2 = 0.02

  Forward   x ─→ z1 ─→ a1 ─→ z2 ─→ L
    z1 = w1·x + b1     = [          ]
    a1 = relu(z1)      = [          ]
    z2 = w2·a1 + b2    = [          ]
    L  = ½(z2 − y)²    = [          ]

  Backward  L ─→ z2 ─→ a1 ─→ z1: what came from above × the local slope
    ∂L/∂z2 = [                      ]   = [          ]
    ∂L/∂w2 = [                      ]   = [          ]
    ∂L/∂b2 = [                      ]   = [          ]
    ∂L/∂a1 = [                      ]   = [          ]
    ∂L/∂z1 = [                      ]   = [          ]
    ∂L/∂w1 = [                      ]   = [          ]
    ∂L/∂b1 = [                      ]   = [          ]

    The whole chain: ∂L/∂w1 = [                      ] = [          ]

  Update    new = old − 0.01 · gradient, all from the gradients above
    w1 ← [          ]        b1 ← [          ]
    w2 ← [          ]        b2 ← [          ]

  Did it help? Same sample, new weights: L = [          ]

… 1 more step (--steps all shows it)
)");
}

TEST_CASE("blank: matrices keep their shape, given ones their numbers", "[lessons][blank]") {
  const std::string page = derived_page({"softmax-layer", "--blank"});
  CHECK(has(page, "X = ⎡1  2⎤    Y = ⎡0  1⎤"));
  CHECK(has(page, "    Z = W·X + b = ⎡______  ______⎤\n                  ⎣______  ______⎦\n"));
  CHECK(has(page, "∂L/∂b = [                      ] = ⎡______⎤\n"));
  CHECK(has(page, "W ← ⎡______  ______⎤\n"));
  CHECK_FALSE(has(page, "hold"));
}

TEST_CASE("blank: no sheet gives away what it asks for", "[lessons][blank]") {
  for (const std::string format : {"text", "latex", "markdown"}) {
    CAPTURE(format);
    const std::string page = derived_page({"relu-1-1-1", "--blank", "--format", format});
    for (const char* answer : {"1.02", "0.02", "2.06", "1.7649", "3.8703", "1.8788", "5.0088",
                               "passed on", "cancels", "holds"}) {
      CAPTURE(answer);
      CHECK_FALSE(has(page, answer));
    }
  }
  // the weights of a step whose update is not on the sheet are given
  CHECK(has(derived_page({"relu-1-1-1", "--blank", "--only", "forward"}), "w1 = 1.02"));
}

TEST_CASE("blank: the boxes of LaTeX and of Markdown", "[lessons][blank]") {
  const std::string latex = derived_page({"relu-1-1-1", "--blank", "--format", "latex"});
  CHECK(has(latex, "z_{1} &= w_{1} \\cdot x + b_{1} = \\framebox[24mm]{\\rule[-1mm]{0pt}{5mm}}"));
  const std::string markdown = derived_page({"relu-1-1-1", "--blank", "--format", "markdown"});
  CHECK(has(markdown, "- $z_{1} = w_{1} \\cdot x + b_{1} =$ ____\n"));
  CHECK(has(markdown, "- $\\frac{\\partial L}{\\partial w_{2}} =$ ____ $=$ ____\n"));
  CHECK(has(markdown, "| w1 | 1 | ____ | ____ |\n"));
  CHECK(run_program({"derive", "relu-1-1-1", "--blank", "--format", "json"}).status == 2);
}

TEST_CASE("blank: a sheet that is filled in can be marked", "[lessons][blank]") {
  std::string sheet = derived_page({"relu-1-1-1", "--blank", "--samples", "1"});
  const std::string box = "[          ]";
  for (const char* answer : {"1", "1", "1", "2",                        // forward
                             "-2", "-2", "-2", "-2", "-2", "-2", "-2",  // backward
                             "-2", "1.02", "0.02", "1.02", "0.02"}) {   // chain, update
    const std::size_t at = sheet.find(box);
    REQUIRE(at != std::string::npos);
    sheet.replace(at, box.size(), fmt::format("[ {:<8} ]", answer));
  }
  const TemporaryFolder folder;
  write_text(folder / "sheet.txt", sheet);
  const ProgramRun run = run_program({"grade", "relu-1-1-1", "sheet.txt"}, folder.path());
  INFO(run.output);
  CHECK(run.status == 0);
  CHECK(has(run.output, "15 right, 0 follow, 0 wrong"));
}

TEST_CASE("fragment: LaTeX without preamble, Markdown without its title", "[lessons][fragment]") {
  const std::string latex = derived_page({"relu-1-1-1", "--fragment", "--format", "latex"});
  CHECK(latex.starts_with(
      "% for \\input into a document with \\usepackage{amsmath,amssymb,graphicx}\n\\begingroup\n"));
  CHECK(latex.ends_with("\\endgroup\n"));
  CHECK_FALSE(has(latex, "documentclass"));
  CHECK_FALSE(has(latex, "{document}"));
  const std::string whole = derived_page({"relu-1-1-1", "--format", "markdown"});
  const std::string part = derived_page({"relu-1-1-1", "--fragment", "--format", "markdown"});
  CHECK(whole == "# One hidden ReLU neuron, three samples\n\n" + part);
  for (const std::string format : {"text", "json"}) {
    const ProgramRun run = run_program({"derive", "relu-1-1-1", "--fragment", "--format", format});
    CHECK(run.status == 2);
    CHECK(run.errors ==
          "tracer: error: --fragment is of --format latex, markdown and html, not of " + format + "\n");
  }
}

TEST_CASE("remarks: what stood at the line in the step before is not said again", "[lessons]") {
  const std::string page = derived_page({"relu-1-1-1", "--width", "100"});
  CHECK(times(page, "the 2 of the square cancels the ½") == 1);
  CHECK(times(page, "w2 from the forward pass, not the updated one") == 1);
  CHECK(times(page, "what came from above × the local slope") == 1);
  CHECK(times(page, "z1 > 0: passed on unchanged") == 1);
  // on its own a step has all of them
  CHECK(has(derived_page({"relu-1-1-1", "--samples", "3"}), "cancels the ½"));
  // a gate that opens again is said to be open again: off, on, on
  const std::string gates = derived_page({"relu-1-2-1", "--width", "100"});
  CHECK(times(gates, "z2 < 0") >= 1);
  CHECK(times(gates, "z2 > 0: passed on unchanged") == 1);
}

TEST_CASE("remarks: --only and --steps hold together", "[lessons]") {
  const std::string page = derived_page({"relu-1-1-1", "--only", "backward", "--steps", "2"});
  CHECK(times(page, "\n  Backward") == 2);
  CHECK(times(page, "Forward") == 1);  // in the introduction
  CHECK(times(page, "\n  Update") == 0);
  CHECK(has(page, "… 1 more step (--steps all shows it)"));
}

bool is_installed(const std::string& program) {
  return std::system(fmt::format("command -v {} >/dev/null 2>&1", program).c_str()) == 0;
}

/// pdflatex's complaints about it, "" where there are none.
std::string complaints(const fs::path& folder, const std::string& latex) {
  write_text(folder / "page.tex", latex);
  const std::string command = fmt::format(
      "cd '{}' && pdflatex -interaction=nonstopmode -halt-on-error page.tex >/dev/null 2>&1",
      folder.string());
  std::string found;
  if (std::system(command.c_str()) != 0) found = "it does not compile\n";
  for (const std::string& line : lines_of(read_text(folder / "page.log")))
    if (line.starts_with("Overfull \\hbox") || line.starts_with("!")) found += line + "\n";
  return found;
}

TEST_CASE("latex: every lesson compiles, without a box that is too wide",
          "[lessons][latex][needs-pdflatex]") {
  if (!is_installed("pdflatex")) {
    WARN("skipped: pdflatex is not installed, so no lesson was compiled");
    return;
  }
  const TemporaryFolder folder;
  for (const fs::path& lesson : all_lessons()) {
    if (has(read_text(lesson), "mnist(")) continue;
    const std::string name = lesson.stem().string();
    CAPTURE(name);
    for (const std::string more : {"--brief", "--blank", "--fragment"}) {
      CAPTURE(more);
      std::string page =
          run_program({"derive", name, "--steps", "2", "--format", "latex", more}).output;
      if (more == "--fragment")
        page =
            "\\documentclass[12pt]{article}\n\\usepackage{amsmath,amssymb,graphicx}\n"
            "\\begin{document}\n" +
            page + "\\end{document}\n";
      CHECK(complaints(folder.path(), page) == "");
    }
    CHECK(complaints(folder.path(),
                     run_program({"derive", name, "--format", "latex", "--steps", "3"}).output) ==
          "");
    CHECK(complaints(folder.path(), run_program({"derive", name, "--format", "latex", "--steps",
                                                 "1", "--jacobians", "--paths"})
                                        .output) == "");
  }
}

TEST_CASE("markdown: pandoc reads every lesson without a warning", "[lessons][needs-pandoc]") {
  if (!is_installed("pandoc")) {
    WARN("skipped: pandoc is not installed, so no page was read by it");
    return;
  }
  const TemporaryFolder folder;
  for (const fs::path& lesson : derived_lessons()) {
    const std::string name = lesson.stem().string();
    for (const std::string more : {"--brief", "--blank"}) {
      CAPTURE(name, more);
      write_text(folder / "page.md",
                 run_program({"derive", name, "--format", "markdown", more}).output);
      const std::string command = fmt::format(
          "cd '{}' && pandoc -f markdown -t html --mathml page.md -o page.html 2>complaints",
          folder.path().string());
      CHECK(std::system(command.c_str()) == 0);
      CHECK(read_text(folder / "complaints") == "");
    }
  }
}

}  // namespace
}  // namespace tracer
