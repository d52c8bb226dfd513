// Whole pages of terminal text, compared character by character.
#include <regex>
#include <sstream>

#include "tests/catch.hpp"
#include "tests/measure.hpp"
#include "tests/render/example_documents.hpp"
#include "tracer/render/derivation_page.hpp"
#include "tracer/render/formats.hpp"
#include "tracer/text/cells.hpp"

namespace tracer {
namespace {

using namespace notation;

const char* const batch =
    R"(Batch of m = 2: one column per sample, one row per unit; L is the mean over the samples
  X = ⎡1  2⎤    Y = ⎡0  1⎤    W = ⎡0.5  −0.5⎤    b = ⎡0.5⎤
      ⎣3  1⎦        ⎣1  0⎦        ⎣  0   0.5⎦        ⎣  0⎦

  Forward
    Z = W·X + b = ⎡0.5  −0.5⎤ ⎡1  2⎤ + ⎡0.5⎤ = ⎡−0.5    1⎤    (2×2)(2×2) + (2×1):
                  ⎣  0   0.5⎦ ⎣3  1⎦   ⎣  0⎦   ⎣ 1.5  0.5⎦    b is added to each column
    P = softmax(Z) ≈ ⎡0.119203  0.622459⎤    P[i,k] = exp Z[i,k] / Σⱼ exp Z[j,k]
                     ⎣0.880797  0.377541⎦    every column sums to 1
    L = −(1/m) Σ Y ⊙ ln P = −½(ln P[1,0] + ln P[0,1]) ≈ 0.300502
                                             (Y picks one P per sample: that of the true class)

  Backward
    ∂L/∂P = −(1/m) Y ⊘ P ≈ ⎡        0  −0.803265⎤    ⊘, ⊙: entry by entry
                           ⎣−0.567668          0⎦
    ∂L/∂Z = (P − Y)/m                        why: pⱼ = P[j,k], yⱼ = Y[j,k], one sample k
        ∂pᵢ/∂zⱼ = pᵢ(1 − pᵢ) if i = j, else −pᵢpⱼ      (every z moves every p)
        ∂L/∂zⱼ  = Σᵢ ∂L/∂pᵢ · ∂pᵢ/∂zⱼ = (1/m)(−yⱼ + pⱼ Σᵢ yᵢ) = (pⱼ − yⱼ)/m      (Σᵢ yᵢ = 1)
      ≈ ⎡ 0.0596015  −0.188770⎤    columns sum to 0
        ⎣−0.0596015   0.188770⎦
    ∂L/∂W = ∂L/∂Z · Xᵀ                       (2×2)(2×2)
      ≈ ⎡ 0.0596015  −0.188770⎤ ⎡1  3⎤ ≈ ⎡−0.317939  −0.00996595⎤
        ⎣−0.0596015   0.188770⎦ ⎣2  1⎦   ⎣ 0.317939   0.00996595⎦
      why Xᵀ: W[0,0] meets X[0,k] in every sample k, so its gradient is a sum over samples
    ∂L/∂b = row sums of ∂L/∂Z ≈ ⎡−0.129169⎤    b was added to both columns
                                ⎣ 0.129169⎦
)";

std::string text_of(const Derivation& derivation, const PageParts& parts = {},
                    const Style& style = {.width = 100}) {
  return write(page_of(derivation, parts), "text", style);
}

int widest(const std::string& page) {
  std::istringstream lines(page);
  int width = 0;
  for (std::string line; std::getline(lines, line);) width = std::max(width, display_width(line));
  return width;
}

TEST_CASE("text: sample 2 of the ReLU network is the page of the design", "[render]") {
  CHECK(text_of(examples::relu_sample_2()) == measure);
}

TEST_CASE("text: a batch through a softmax is set in blocks with reasons beside them", "[render]") {
  CHECK(text_of(examples::softmax_batch()) == batch);
}

TEST_CASE("text: colour changes nothing but the colour", "[render]") {
  for (const Derivation& derivation : {examples::relu_sample_2(), examples::softmax_batch()}) {
    const std::string page = text_of(derivation, {}, {.colour = true, .width = 100});
    CHECK(page.find("\x1b[1mForward\x1b[0m") != std::string::npos);
    CHECK(std::regex_replace(page, std::regex("\x1b\\[[0-9]*m"), "") == text_of(derivation));
  }
}

TEST_CASE("text: scalar pages keep to the width that they are given", "[render]") {
  for (const int width : {40, 60, 80, 120}) {
    CAPTURE(width);
    CHECK(widest(text_of(examples::relu_sample_2(), {}, {.width = width})) <= width);
    CHECK(widest(text_of(examples::symbolic(), {}, {.width = width})) <= width);
  }
  const std::string page = text_of(examples::relu_sample_2(), {}, {.width = 60});
  CHECK(page.find("    ∂L/∂w2 = ∂L/∂z2 · ∂z2/∂w2 = ∂L/∂z2 · a1\n"
                  "           = (−1.8788)(2.06) = −3.870328\n") != std::string::npos);
}

TEST_CASE("text: sections and reasons that are not wanted are not there", "[render]") {
  PageParts parts;
  parts.forward = parts.update = parts.reasons = false;
  const std::string page = text_of(examples::relu_sample_2(), parts);
  CHECK(page.find("Forward") == std::string::npos);
  CHECK(page.find("Update") == std::string::npos);
  CHECK(page.find("Did it help") == std::string::npos);
  CHECK(page.find("cancels") == std::string::npos);
  CHECK(page.find("  Backward  L ─→ z2 ─→ a1 ─→ z1\n") != std::string::npos);
}

TEST_CASE("text: a page in symbols has its relations under each other", "[render]") {
  CHECK(text_of(examples::symbolic()) == R"(In symbols

  Forward
    z    = w·x + b
    loss = (z − y)²    squared error

  Backward
    ∂loss/∂w = ∂loss/∂z · x = 2(z − y) · x    collected
)");
}

TEST_CASE("text: where paths meet, each has its line before the sum of them", "[render]") {
  Derivation derivation;
  DerivationStep step;
  GradientLine line;
  const auto through = [](const char* middle, const char* value) {
    return examples::equation(
        words(std::string("through ") + middle),
        {product({partial(name("L"), name(middle)), partial(name(middle), name("x"))})},
        {product({number("2"), number(value)}, Notation::Product::juxtaposed)}, {number(value)});
  };
  line.paths = {through("u", "3"), through("v", "-1")};
  line.equation = examples::equation(partial(name("L"), name("x")), {words("the sum of both")},
                                     {sum({number("3"), number("-1")})}, {number("2")});
  step.gradients = {line};
  derivation.steps = {step};
  CHECK(text_of(derivation) == R"(  Backward
    through u = ∂L/∂u · ∂u/∂x     = (2)(3)    = 3
    through v = ∂L/∂v · ∂v/∂x     = (2)(−1)   = −1
    ∂L/∂x     = the sum of both   = 3 + (−1)  = 2
)");
}

TEST_CASE("text: title, what remains and what was expected frame the steps", "[render]") {
  Derivation derivation = examples::symbolic();
  derivation.introduction = {"One neuron."};
  derivation.working = "every written line rounded to 4 decimals";
  derivation.remaining = 12;
  derivation.expectations = {{"sample 2: w1 = 1.02 holds", true}};
  PageParts parts;
  parts.forward = parts.backward = false;
  CHECK(text_of(derivation, parts) == R"(In symbols

One neuron.

Rounded working: every written line rounded to 4 decimals

… 12 more steps (--steps all shows them)

sample 2: w1 = 1.02 holds
)");
}

TEST_CASE("text: names in wide letters keep the columns straight", "[render]") {
  Derivation derivation = examples::symbolic();
  for (ForwardLine& line : derivation.steps[0].forward)
    line.equation.left = name("损失" + line.name);
  std::istringstream lines(text_of(derivation));
  std::vector<int> columns;
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("    损失"))
      columns.push_back(display_width(line.substr(0, line.find('='))));
  REQUIRE(columns.size() == 2);
  CHECK(columns[0] == columns[1]);
}

TEST_CASE("text: a thousand lines are set at once", "[render]") {
  Derivation derivation = examples::relu_sample_2();
  DerivationStep& step = derivation.steps[0];
  const GradientLine line = step.gradients[1];
  step.gradients.assign(1000, line);
  for (GradientLine& each : step.gradients)
    each.equation.numbers[0].what = words(std::string(90, 'x'));  // all too wide for the table
  CHECK(widest(text_of(derivation)) <= 110);
}

}  // namespace
}  // namespace tracer
