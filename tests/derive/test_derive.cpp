#include "tests/catch.hpp"
#include "tests/derive/lessons.hpp"
#include "tracer/render/derivation_page.hpp"
#include "tracer/render/formats.hpp"

using namespace tracer;

namespace {

std::string page(const std::string& lesson, const DeriveOptions& options = {}) {
  return write(page_of(derive(test::lesson(lesson), options).derivation), "text");
}

}  // namespace

TEST_CASE("sample 3 of the hand calculation is exact to the last digit", "[derive]") {
  const Derivation derivation = derive(test::lesson(test::one_relu), {}).derivation;
  const GradientLine& w1 = test::gradient(derivation.steps[2], "w1");
  CHECK(w1.value.decimals[0].text == "-4.949601135");
  CHECK_FALSE(w1.value.decimals[0].exact);
  // (z2 − y)·w2·x with the exact weights after sample 2, worked out by hand as fractions
  const Rational w = parse_rational("1.05832752"), b = parse_rational("0.03916376");
  const Rational v = parse_rational("1.05870328"), c = parse_rational("0.038788");
  CHECK(w1.value.numbers(0, 0).rational() == (v * (w * 3 + b) + c - 5) * v * 3);
}

TEST_CASE("as many proved digits as are asked for", "[derive]") {
  DeriveOptions options;
  options.digits = 40;
  const Derivation derivation =
      derive(test::lesson(
                 "param x = 3\nparam y = -4\nf = (x + sigmoid(y))/(sigmoid(x) + (x + y)**2)\n"),
             options)
          .derivation;
  // computed with 60 digits in Python's decimal module
  CHECK(derivation.steps[0].forward[0].value.decimals[0].text ==
        "1.545644884106644082598493969491789395488");
  CHECK(test::gradient(derivation.steps[0], "x").value.decimals[0].text ==
        "2.059569795572164910631925260797821677333");
  CHECK(test::gradient(derivation.steps[0], "y").value.decimals[0].text ==
        "1.592232751483809313893157463610526053502");
}

TEST_CASE("cancellation is answered with more bits", "[derive]") {
  // exp(10^-40) − 1: 128 bits hold 38 digits, which is nothing of the difference
  const Derivation derivation =
      derive(test::lesson("param e = 1e-40\nL = exp(e) - 1\n"), {}).derivation;
  CHECK(derivation.steps[0].forward[0].value.decimals[0].text == "1.000000000e-40");
}

TEST_CASE("what can't be told from 0 prints so; an undecided branch ends the run", "[derive]") {
  CHECK(has(page("param x = 1\nL = sin(x)**2 + cos(x)**2 - 1\n"),
            "≈ 0    |v| < 1e-300, not proved to be 0"));
  CHECK_THROWS_AS(page("param x = 1\nL = relu(sin(x)**2 + cos(x)**2 - 1)\n"), Undecided);
}

TEST_CASE("fractions that outgrow their limit become intervals, and the page says from where on",
          "[derive]") {
  DeriveOptions options;
  options.rational_bits = 100;
  const Derivation derivation = derive(test::lesson(test::one_relu), options).derivation;
  CHECK(derivation.steps[0].notes.empty());
  REQUIRE(derivation.steps[2].notes.size() == 1);
  CHECK(has(derivation.steps[2].notes[0],
            "the fractions have more than 100 bits and are carried as intervals"));
  const Value& w1 = test::gradient(derivation.steps[2], "w1").value;
  CHECK_FALSE(w1.numbers(0, 0).is_rational());
  CHECK(w1.decimals[0].text == "-4.949601135");  // and the digits stay proved
}

TEST_CASE("errors in the run name the line and the value", "[derive]") {
  CHECK_THROWS_WITH(page("param w = 1\nz = w - 1\nL = log(z)\n"),
                    "test.lesson:3:1: error: log(0) is minus infinity, in step 1\n"
                    "  3 | L = log(z)\n"
                    "    | ^~~~~~~~~~\n"
                    "  here z = 0");
  CHECK_THROWS_AS(page("param w = 1\nL = 1/(w - 1)\n"), LessonError);
  CHECK_THROWS_AS(page("param w = -1\nL = sqrt(w)\n"), LessonError);
  CHECK_THROWS_WITH(page("param W = [[1, 2], [3, 4]]\ninput x = [1, 2]\ninput y = [0, 1]\nz = W @ "
                         "x\np = z*1\nL = cross_entropy(p, y)\n"),
                    Catch::Matchers::Contains("for logits there is softmax_cross_entropy"));
}

TEST_CASE("a corner is named as a choice", "[derive]") {
  const std::string text = page("param w = 0\nL = relu(w)\n");
  CHECK(has(text, "w = 0 is the corner of relu: no slope there, 0 is taken by choice"));
}

TEST_CASE("steps and samples select pages, and the rest is counted", "[derive]") {
  DeriveOptions options;
  options.first_step = 2;
  options.last_step = 2;
  const Derivation one = derive(test::lesson(test::one_relu), options).derivation;
  REQUIRE(one.steps.size() == 1);
  CHECK(one.steps[0].heading == "Sample 2 of 3: x = 2, y = 4");
  options.first_step = 4;
  options.last_step = 9;
  CHECK_THROWS_WITH(derive(test::lesson(test::one_relu), options),
                    "there is no sample 4: the lesson has 3");
  DeriveOptions few;
  few.steps = 2;
  CHECK(derive(test::lesson(test::one_relu), few).derivation.remaining == 1);
}

TEST_CASE("batches: the last one may be smaller, epochs go on from the weights reached",
          "[derive]") {
  const std::string lesson =
      "param w = 1\ndata x, y in (1, 2), (2, 4), (3, 7)\nL = (w*x - y)**2\n"
      "train L with sgd(lr=1/10), batch_size=2, epochs=2\n";
  const Derivation derivation = derive(test::lesson(lesson), {}).derivation;
  REQUIRE(derivation.steps.size() == 4);
  CHECK(derivation.steps[0].samples == std::vector{1, 2});
  CHECK(derivation.steps[1].samples == std::vector{3});
  CHECK(derivation.steps[2].epoch == 2);
  // step 1: mean of −2·1·(2−1) and −2·2·(4−2) is (−2 − 8)/2 = −5, so w = 1.5
  CHECK(test::gradient(derivation.steps[0], "w").value.decimals[0].text == "-5");
  CHECK(derivation.steps[0].updates[0].after.decimals[0].text == "1.5");
  // step 2: 2·3·(4.5 − 7) = −15, so w = 3
  CHECK(test::gradient(derivation.steps[1], "w").value.decimals[0].text == "-15");
  CHECK(derivation.steps[2].updates[0].before.decimals[0].text == "3");
}

TEST_CASE("without train every sample meets the same weights", "[derive]") {
  const Derivation derivation =
      derive(test::lesson("param w = 2\ndata x in 1, 2, 3\nL = w*x\n"), {}).derivation;
  REQUIRE(derivation.steps.size() == 3);
  CHECK(test::gradient(derivation.steps[2], "w").value.decimals[0].text == "3");
  CHECK(derivation.steps[2].updates.empty());
}

TEST_CASE("shuffling is settled by the seed", "[derive]") {
  const std::string lesson =
      "seed 5\nparam w = 1\ndata x in 1, 2, 3, 4, 5, 6\nL = w*x\n"
      "train L with sgd(lr=0.1), batch_size=1, epochs=2, shuffle=true\n";
  const auto order = [](const Derivation& derivation) {
    std::vector<int> samples;
    for (const DerivationStep& step : derivation.steps) samples.push_back(step.samples[0]);
    return samples;
  };
  DeriveOptions all;
  all.steps = 0;
  const auto first = order(derive(test::lesson(lesson), all).derivation);
  CHECK(first == order(derive(test::lesson(lesson), all).derivation));
  CHECK(first != std::vector{1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6});
  CHECK(std::vector(first.begin(), first.begin() + 6) !=
        std::vector(first.begin() + 6, first.end()));
}

TEST_CASE("an entry of a gradient is told as the sum that makes it, the largest terms first",
          "[derive]") {
  DeriveOptions options;
  options.wrt = {"W[0,1]"};
  const std::string text = page(
      "param W = [[1, 2], [3, 4]]\ndata X, Y in ([1, 2], [1, 0]), ([3, -5], [0, 1])\nZ = W @ X\nL "
      "= sum((Z - Y)**2)\n"
      "train L with sgd(lr=0.1), batch_size=all\n",
      options);
  // ∂L/∂Z = 2(Z − Y): row 0 is 8, −14; times X[1] = 2, −5: 16 + 70 = 86
  CHECK(has(text,
            "One entry: (∂L/∂W)[0,1] = (∂L/∂Z)[0,1] · X[1,1] + (∂L/∂Z)[0,0] · X[1,0] = (−14)(−5) + "
            "(8)(2)"));
  options.wrt = {"W[2,0]"};
  CHECK_THROWS_WITH(page("param W = [[1, 2], [3, 4]]\nL = sum(W)\n", options),
                    "--wrt W[2,0]: W is 2×2, its entries go from [0,0] to [1,1]");
  options.wrt = {"V"};
  CHECK_THROWS_WITH(page("param W = 1\nL = W*2\n", options),
                    "--wrt V: the lesson has no value of that name");
}

TEST_CASE("--detail ops gives the same gradients, step by step", "[derive]") {
  const std::string lesson =
      "param w = 0.5\nparam v = 2\nparam b = 0.25\ninput x = 3\ny = sigmoid(w*x + b)*v + x\nL = "
      "mse(y, 2)\n";
  DeriveOptions ops;
  ops.elementary = true;
  const Derivation lines = derive(test::lesson(lesson), {}).derivation;
  const Derivation elementary = derive(test::lesson(lesson), ops).derivation;
  CHECK(elementary.steps[0].forward.size() > lines.steps[0].forward.size() + 3);
  for (const char* name : {"w", "v", "b"}) {
    CHECK(test::gradient(lines.steps[0], name).value.decimals[0].text ==
          test::gradient(elementary.steps[0], name).value.decimals[0].text);
  }
}

TEST_CASE("a value used twice gets both contributions", "[derive]") {
  const Derivation derivation =
      derive(test::lesson("param x = 2\nu = x**2\nv = 3*x\nf = u*v\n"), {}).derivation;
  const GradientLine& x = test::gradient(derivation.steps[0], "x");
  CHECK(x.paths.size() == 2);
  CHECK(x.value.decimals[0].text == "36");
}
