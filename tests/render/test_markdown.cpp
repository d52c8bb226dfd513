// Markdown for GitHub and notebooks.
#include "tests/catch.hpp"
#include "tests/render/example_documents.hpp"
#include "tracer/render/derivation_page.hpp"
#include "tracer/render/formats.hpp"

namespace tracer {
namespace {

TEST_CASE("markdown: headings, a table of weights, formulas and a table of updates", "[render]") {
  const std::string page = write(page_of(examples::relu_sample_2()), "markdown");
  CHECK(has(page,
            "## Sample 2 of 3: x = 2, y = 4\n\nWeights now (after sample 1):\n\n"
            "| w1 | b1 | w2 | b2 |\n| ---: | ---: | ---: | ---: |\n"
            "| 1.02 | 0.02 | 1.02 | 0.02 |\n"));
  CHECK(has(
      page,
      "$$\n\\begin{aligned}\nz_{1} &= w_{1} \\cdot x + b_{1} = (1.02)(2) + 0.02 = 2.06 \\\\\n"));
  CHECK(has(page, "- ∂L/∂z2: the 2 of the square cancels the ½\n"));
  CHECK(has(page, "| w1 | 1.02 | 1.02 − 0.01·(−3.832752) | 1.05832752 |\n"));
  CHECK(has(page, "new weights: $L \\approx 1.409251143$ (was 1.76494472)\n"));
}

TEST_CASE("markdown: nothing that MathJax on GitHub does not know", "[render]") {
  for (const Derivation& d :
       {examples::relu_sample_2(), examples::softmax_batch(), examples::symbolic()}) {
    const std::string page = write(page_of(d), "markdown");
    for (const char* unknown : {"\\operatorname", "\\ensuremath", "\\resizebox", "align*"})
      CHECK(!has(page, unknown));
  }
}

TEST_CASE("markdown: prose does not turn into markup", "[render]") {
  CHECK(write({{Paragraph{{"a_b*c <x> | $5 #1 [0,1]"}}}}, "markdown") ==
        "a\\_b\\*c \\<x\\> \\| \\$5 \\#1 [0,1]\n");
}

}  // namespace
}  // namespace tracer
