#include "tests/catch.hpp"
#include "tests/derive/lessons.hpp"

using namespace tracer;

namespace {

bool holds(const std::string& expectation) {
  return derive(test::lesson(test::one_relu + expectation + "\n"), {}).expectations_hold;
}

}  // namespace

TEST_CASE("a rational must be equal to what is expected", "[derive][expect]") {
  CHECK(holds("expect sample 2: dL/dw2 = -3.870328"));
  CHECK_FALSE(holds("expect sample 2: dL/dw2 = -3.87033"));
  CHECK(holds("expect after sample 2: w1 = 6614547/6250000"));
  CHECK(holds("expect after sample 2: w1 = 1.0583 within 0.0005"));
  CHECK_FALSE(holds("expect after sample 2: w1 = 1.0583 within 0.00001"));
  CHECK(holds("expect sample 3: L <= 1.2143, L >= 1.2142"));
  CHECK(holds("expect L = 2"));  // none: the first step
  CHECK(holds("expect finally: w1 = 1.1078 within 0.0001"));
  CHECK(holds("expect step 2: z1 = 2.06"));
  CHECK(holds("expect after epoch 1: b2 = 0.0544 within 0.0001"));
}

TEST_CASE("an interval must round to the decimals written", "[derive][expect]") {
  const auto sigmoid_holds = [](const std::string& expectation) {
    return derive(test::lesson("param w = 1\nL = sigmoid(w)\n" + expectation + "\n"), {})
        .expectations_hold;
  };
  CHECK(sigmoid_holds("expect L = 0.7310585786"));
  CHECK(sigmoid_holds("expect L = 0.73"));
  CHECK_FALSE(sigmoid_holds("expect L = 0.7310585787"));
  CHECK(sigmoid_holds("expect dL/dw = 0.196612"));
}

TEST_CASE("a failure says what it is instead", "[derive][expect]") {
  const auto result =
      derive(test::lesson(test::one_relu + "expect after sample 2: w1 = 1.06\n"), {});
  REQUIRE(result.derivation.expectations.size() == 1);
  CHECK(result.derivation.expectations[0].text ==
        "expected after sample 2: w1 = 1.06   does not hold: it is 1.05832752");
}

TEST_CASE("expectations are judged in steps that are not shown", "[derive][expect]") {
  DeriveOptions options;
  options.first_step = options.last_step = 1;
  CHECK_FALSE(
      derive(test::lesson(test::one_relu + "expect sample 3: L = 1\n"), options).expectations_hold);
}
