// derive --check: a difference beside every gradient; and the entries that --wrt asks for.
#include "tests/catch.hpp"
#include "tests/derive/page_of.hpp"
#include "tracer/error.hpp"

using namespace tracer;
using tracer::has;

namespace {

DeriveResult checked(const std::string& text, const DeriveOptions& with = {}) {
  DeriveOptions options = with;
  options.check = true;
  return derive(test::lesson(text), options);
}

std::string said(const DeriveResult& result, const std::string& wrt) {
  for (const DifferenceLine& line : result.derivation.steps.at(0).checks)
    if (line.wrt == wrt) return line.equation.remarks.empty() ? "" : line.equation.remarks.front();
  return "no line of " + wrt;
}

std::string entries(const std::string& text, const std::string& wrt) {
  DeriveOptions options;
  options.wrt = {wrt};
  return test::page_of(text, options);
}

}  // namespace

TEST_CASE("every gradient of every shipped lesson is what its difference says", "[derive]") {
  for (const auto& path : test::shipped()) {
    const Program program = load_program(read_source(path));
    if (program.symbolic) continue;
    DYNAMIC_SECTION(path.stem().string()) {
      DeriveOptions options;
      options.check = true;
      options.steps = 2;
      try {
        const DeriveResult result = derive(program, options);
        CHECK(result.differences_agree);
        for (const DerivationStep& step : result.derivation.steps)
          CHECK(step.checks.size() == step.gradients.size());
      } catch (const Error& error) {  // hundreds of samples at once
        CHECK(has(error.what(), "too large for differences"));
      }
    }
  }
}

TEST_CASE("a difference is exact where the loss is quadratic, else to many digits", "[derive]") {
  const DeriveResult cubic = checked("param x = 2\nu = x**2\nv = 3*x\nf = u*v\n");
  CHECK(said(cubic, "u") == "the gradient above exactly");
  CHECK(said(cubic, "x") == "the gradient above to 21 digits");  // h² = 1e-20, times 3
  CHECK(cubic.differences_agree);
  CHECK(said(checked("param w = [1, 2]\np = sigmoid(w)\nL = sum(p)**2\n"), "w")
            .starts_with("the gradient above to 2"));
  // an upstream gradient: the difference is of ⟨dY, Y⟩
  CHECK(said(checked("param W = [[1, 2], [3, 4]]\ninput X = [[1, 0], [2, 1]]\n"
                     "input dY = [[1, 2], [0, 1]]\nY = W @ X\ngrad Y wrt W with dY\n"),
             "W") == "the gradient above exactly");
}

TEST_CASE("at a corner both slopes are said, and it is no mistake", "[derive]") {
  const DeriveResult corner = checked("param x = 0\ny = relu(x)\n");
  CHECK(corner.differences_agree);
  DeriveOptions options;
  options.check = true;
  CHECK(has(test::page_of("param x = 0\ny = relu(x)\n", options),
            "a corner: the slope is 0 on one side and 1 on the other; 0 is taken"));
}

TEST_CASE("what is steep is no corner, and a corner is one though the slopes cancel", "[derive]") {
  DeriveOptions options;
  options.check = true;
  const auto page = [&](const std::string& text) { return test::page_of(text, options); };
  for (const char* steep : {"param x = 1e-7\nL = 1/x\n", "param x = 1e-11\nL = log(x)\n",
                            "param x = 1e-12\nL = sqrt(x)\n", "param x = 1e-11\nL = relu(x)\n",
                            "param x = -40\nL = sigmoid(x)\n"}) {
    INFO(steep);
    CHECK_FALSE(has(page(steep), "corner"));
    CHECK(has(page(steep), "the gradient above"));
  }
  CHECK(has(page("param x = -40\nL = sigmoid(x)\n"), "to 20 digits"));  // of 4e-18, not of 1
  CHECK(has(page("param x = 0\nL = abs(x)\n"), "a corner: the slope is -1 on one side and 1"));
  CHECK_FALSE(has(page("param x = 0\nL = abs(x)\n"), "above exactly"));
  CHECK(has(page("param x = 1\nL = (x > 1)*5 + x\n"), "a jump: no slope here"));
}

TEST_CASE("differences want numbers", "[derive]") {
  CHECK_THROWS_AS(checked("param w: (n)\ninput x: (n)\nL = dot(w, x)\n"), Error);
}

TEST_CASE("--wrt takes entries by ranges, and one index of a column", "[derive]") {
  const std::string text =
      "param W = [[1, 2, 3], [4, 5, 6]]\nparam b = [1, 2]\ninput x = [1, 0, 2]\n"
      "z = W @ x + b\nL = sum(z**2)\n";
  const std::string row = entries(text, "W[1,0:3]");
  CHECK(has(row, "(∂L/∂W)[1,0]"));
  CHECK(has(row, "(∂L/∂W)[1,2]"));
  CHECK_FALSE(has(row, "(∂L/∂W)[0,0]"));
  CHECK(has(entries(text, "W[:,2]"), "(∂L/∂W)[0,2]"));
  CHECK(has(entries(text, "b[1]"), "(∂L/∂b)[1,0]"));
  for (const char* wrong : {"W[2,0]", "W[0]", "W[0,2:9]", "W[1:1,0]", "W[a,0]", "W[0,0", "b[5]"})
    CHECK_THROWS_AS(entries(text, wrong), Error);
}
