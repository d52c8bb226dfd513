// Rounded working against the hand calculation R1 (one hidden ReLU neuron, three samples), its two
// slips mended.
#include "tests/catch.hpp"
#include "tests/derive/lessons.hpp"

using namespace tracer;

namespace {

std::string text(const Value& value) { return value.decimals.at(0).text; }

std::string after(const DerivationStep& step, const std::string& name) {
  for (const UpdateLine& line : step.updates) {
    if (line.name == name) return text(line.after);
  }
  return "none";
}

std::string forward(const DerivationStep& step, const std::string& name) {
  for (const ForwardLine& line : step.forward) {
    if (line.name == name) return text(line.value);
  }
  return "none";
}

Derivation rounded(const std::string& lesson, const Rounding& rounding) {
  DeriveOptions options;
  options.rounding = rounding;
  return derive(test::lesson(lesson), options).derivation;
}

}  // namespace

TEST_CASE("--round 4 gives the hand calculation line by line", "[derive][rounding]") {
  const Derivation derivation = rounded(test::one_relu, {4, false, RoundingMode::half_away});
  REQUIRE(derivation.steps.size() == 3);
  const DerivationStep& two = derivation.steps[1];
  CHECK(forward(two, "z1") == "2.06");
  CHECK(forward(two, "z2") == "2.1212");
  CHECK(forward(two, "L") == "1.7649");
  CHECK(text(test::gradient(two, "w2").value) == "-3.8703");
  CHECK(text(test::gradient(two, "b2").value) == "-1.8788");
  CHECK(text(test::gradient(two, "a1").value) == "-1.9164");
  CHECK(text(test::gradient(two, "w1").value) == "-3.8328");
  CHECK(text(test::gradient(two, "b1").value) == "-1.9164");
  CHECK(after(two, "w1") == "1.0583");
  CHECK(after(two, "w2") == "1.0587");
  CHECK(after(two, "b1") == "0.0392");
  CHECK(after(two, "b2") == "0.0388");
  const DerivationStep& three = derivation.steps[2];
  // 1.0583·3 + 0.0392 = 3.2141; 1.0587·3.2141 + 0.0388 = 3.44156767 → 3.4416; and so on, by hand
  CHECK(forward(three, "z1") == "3.2141");
  CHECK(forward(three, "z2") == "3.4416");
  CHECK(text(test::gradient(three, "z2").value) == "-1.5584");
  CHECK(text(test::gradient(three, "w2").value) == "-5.0089");
  CHECK(text(test::gradient(three, "a1").value) == "-1.6499");
  CHECK(text(test::gradient(three, "w1").value) == "-4.9497");
}

TEST_CASE("it says how far it has drifted from the exact run", "[derive][rounding]") {
  const Derivation derivation = rounded(test::one_relu, {4, false, RoundingMode::half_away});
  REQUIRE(derivation.steps[1].drift.size() == 2);
  CHECK(derivation.steps[1].drift[0] ==
        "the exact run has w1 = 1.05832752, b1 = 0.03916376, w2 = 1.05870328, b2 = 0.038788");
  CHECK(derivation.steps[1].drift[1] ==
        "rounding has moved the weights by at most 3.62·10⁻⁵ (in b1)");
  CHECK(derivation.steps[0].drift[1] == "so far rounding has changed nothing");
}

TEST_CASE("elementary nodes inside a line are not rounded", "[derive][rounding]") {
  // 0.04·0.04 = 0.0016 would be 0.00 at two decimals; the line as a whole is 0.0016·100 = 0.16
  const std::string lesson = "param w = 0.04\nL = w*w*100\n";
  CHECK(forward(rounded(lesson, {2, false, RoundingMode::half_away}).steps[0], "L") == "0.16");
}

TEST_CASE("significant digits and the other modes", "[derive][rounding]") {
  const std::string lesson = "param w = 2.345\nL = w*1\n";
  CHECK(forward(rounded(lesson, {2, false, RoundingMode::half_away}).steps[0], "L") == "2.35");
  CHECK(forward(rounded(lesson, {2, false, RoundingMode::half_even}).steps[0], "L") == "2.34");
  CHECK(forward(rounded(lesson, {2, false, RoundingMode::truncate}).steps[0], "L") == "2.34");
  CHECK(forward(rounded(lesson, {2, true, RoundingMode::half_away}).steps[0], "L") == "2.3");
}

TEST_CASE("expectations judge the unrounded run", "[derive][rounding]") {
  DeriveOptions options;
  options.rounding = Rounding{1, false, RoundingMode::half_away};
  const DeriveResult result =
      derive(test::lesson(test::one_relu + "expect sample 2: dL/dw2 = -3.870328\n"), options);
  CHECK(result.expectations_hold);
}

TEST_CASE("rounded working: a tie that no precision tells is taken as one, and said", "[derive]") {
  DeriveOptions options;
  options.rounding = Rounding{1, false, RoundingMode::half_away};
  options.most_bits = 256;
  // √2·√2 is 2 and can't be proved to be: a quarter of it, ½·½
  const DeriveResult result =
      derive(lesson("param w = 2\na = sqrt(w)*sqrt(w)/8\nL = a\n"), options);
  const DerivationStep& step = result.derivation.steps.at(0);
  CHECK(step.forward.at(0).value.decimals.at(0).text == "0.3");
  REQUIRE_FALSE(step.notes.empty());
  CHECK(step.notes.back().find(
            "a can't be told, in 256 bits, from a number half way between two") == 0);
}
