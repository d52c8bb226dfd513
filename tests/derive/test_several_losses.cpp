// grad L1, L2: one forward pass, and a way back from each loss.
#include <algorithm>

#include "tests/catch.hpp"
#include "tests/derive/page_of.hpp"

using namespace tracer;
using tracer::has;

namespace {

const std::string two =
    "param w = 2\nparam b = 1\ninput x = 3\ny = w*x + b\nL1 = (y - 1)**2\nL2 = 1/2*w**2\n"
    "grad L1, L2\n";

ElaborateOptions several() {
  ElaborateOptions options;
  options.several_losses = true;
  return options;
}

DeriveResult derived(const std::string& text, const DeriveOptions& options = {}) {
  return derive(lesson(text, several()), options);
}

std::string page(const std::string& text, const DeriveOptions& options = {}) {
  return write(tracer::page_of(derived(text, options).derivation), "text");
}

// "L1/w 36, L1/b 12": all gradients of leaves
std::string gradients(const BackwardPass& pass) {
  std::string text;
  for (const GradientLine& line : pass.gradients)
    text += line.of + "/" + line.wrt + " " + to_string(line.value.numbers(0, 0).rational()) + ", ";
  return text;
}

}  // namespace

TEST_CASE("several losses: each has gradients of its own", "[derive]") {
  const Derivation derivation = derived(two).derivation;
  REQUIRE(derivation.steps.size() == 1);
  const DerivationStep& step = derivation.steps[0];
  // y = 7: dL1/dy = 2·6, dL1/dw = 12·3, dL1/db = 12; dL2/dw = w
  CHECK(step.from == "L1");
  CHECK(gradients(step) == "L1/y 12, L1/w 36, L1/b 12, ");
  REQUIRE(step.further.size() == 1);
  CHECK(step.further[0].from == "L2");
  CHECK(gradients(step.further[0]) == "L2/w 2, ");
  CHECK(step.forward.size() == 3);
  const std::string text = page(two);
  CHECK(has(text, "Backward from L1"));
  CHECK(has(text, "Backward from L2"));
  CHECK(has(text, "∂L2/∂w = w"));
}

TEST_CASE("several losses: together they are what their sum has", "[derive]") {
  const Derivation apart = derived(two).derivation;
  const std::string sum = two.substr(0, two.find("grad")) + "L = L1 + L2\n";
  const Derivation together = derive(lesson(sum), {}).derivation;
  for (const std::string name : {"w", "b"}) {
    CAPTURE(name);
    Exact total = 0;
    const auto add = [&](const BackwardPass& pass) {
      for (const GradientLine& line : pass.gradients)
        if (line.wrt == name) total += line.value.numbers(0, 0);
    };
    add(apart.steps[0]);
    for (const BackwardPass& pass : apart.steps[0].further) add(pass);
    CHECK(total.rational() ==
          test::gradient(together.steps[0], name).value.numbers(0, 0).rational());
  }
}

TEST_CASE("several losses: one that depends on nothing asked for is said to", "[derive]") {
  DeriveOptions options;
  options.wrt = {"b"};
  options.jacobians = options.paths = options.check = true;
  CHECK(has(page(two, options), "L2 does not depend on b"));
  options = {};
  options.wrt = {"W[0,1]"};
  CHECK(has(page("param W = [[1, 2]]\nparam v = 1\ninput x = [3, 4]\nz = W @ x\nL1 = z**2\n"
                 "L2 = v**2\ngrad L1, L2 wrt W, v\n",
                 options),
            "(∂L1/∂W)[0,1] = (∂L1/∂z · xᵀ)[0,1] = 88"));
}

TEST_CASE("several losses: each batch mean is a line, and each difference confirms its gradient",
          "[derive]") {
  DeriveOptions options;
  options.check = true;
  const DeriveResult result = derived(
      "param w = 1\ndata x, y in (1, 2), (3, 5)\nz = w*x\nA = (z - y)**2\nB = z**2\n"
      "grad A, B\n",
      options);
  CHECK(result.differences_agree);
  REQUIRE(result.derivation.steps.size() == 2);
  // sample 2: 2(3 − 5)·3 and 2·3·3
  CHECK(gradients(result.derivation.steps[1]) == "A/z -4, A/w -12, ");
  CHECK(gradients(result.derivation.steps[1].further.at(0)) == "B/z 6, B/w 18, ");
  CHECK(result.derivation.steps[1].further[0].checks.size() ==
        result.derivation.steps[1].checks.size());
}

TEST_CASE("several losses: expectations name the loss, and fail for theirs alone", "[derive]") {
  const std::string right = "expect dL1/dw = 36, dL2/dw = 2, y = 7, L2 = 2\n";
  const DeriveResult result = derived(two + right);
  CHECK(result.expectations_hold);
  REQUIRE(result.derivation.expectations.size() == 1);
  CHECK(result.derivation.expectations[0].text == "all 4 expectations of the lesson hold");
  CHECK_FALSE(derived(two + "expect dL2/dw = 36\n").expectations_hold);
  CHECK(mistake(two + "expect dy/dw = 3\n", several()) ==
        "the gradients here are of L1, L2, not of y\nwrite dL1/dw");
  CHECK(mistake(two + "expect loss = 3\n", several()) ==
        "there are several losses here\nname one: L1 = ...");
}

TEST_CASE("several losses: in symbols too", "[derive]") {
  const std::string text =
      page("param W: (n, d)\ninput x: (d)\nz = W @ x\nA = sum(z)\nB = 1/2*sum(W**2)\ngrad A, B\n");
  CHECK(has(text, "Backward from A"));
  CHECK(has(text, "Backward from B"));
  CHECK(has(text, "∂B/∂W = W"));
}

TEST_CASE("several losses: JSON has all gradients in one list, each with its loss", "[derive]") {
  const std::string json = to_json(derived(two).derivation);
  const auto first = json.find("\"of\": \"L1\""), second = json.find("\"of\": \"L2\"");
  REQUIRE(second != std::string::npos);
  CHECK(first < second);
  CHECK(std::ranges::count(json, '\n') > 3);
  CHECK(json.find("\"gradients\"") == json.rfind("\"gradients\""));
}
