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

TEST_CASE("equal entries have equal shares, exactly", "[derive][expect]") {
  const auto softmax_holds = [](const std::string& z, const std::string& p) {
    return derive(test::lesson("param z = " + z +
                               "\np = softmax(z)\nL = sum(p**2)\nexpect p = " + p + "\n"),
                  {})
        .expectations_hold;
  };
  CHECK(softmax_holds("[2, 2, 2, 2]", "[1/4, 1/4, 1/4, 1/4]"));
  CHECK(softmax_holds("[1/3, 1/3, 1/3]", "[1/3, 1/3, 1/3]"));
  CHECK_FALSE(softmax_holds("[2, 2, 2, 3]", "[1/4, 1/4, 1/4, 1/4]"));
}

TEST_CASE("what lies beyond an exact run is judged in double, and that is said",
          "[derive][expect]") {
  const std::string long_run =
      "param w = 1\ndata x, y in (1, 3), (2, 5)\nL = (w*x - y)**2\n"
      "train L with sgd(lr=0.01), epochs=5000, batch_size=1\n";
  DeriveOptions options;
  options.steps = 1;
  const auto judged = [&](const std::string& expectation) {
    const DeriveResult result = derive(test::lesson(long_run + expectation + "\n"), options);
    return std::pair(result.expectations_hold, result.derivation.expectations.at(0).text);
  };
  // the fixed point of both steps: w = (0.98·w + 0.06)·0.92 + 0.2, so w = 0.2552/0.0984
  const auto [holds, text] = judged("expect finally: w = 2.593496 within 0.000001");
  CHECK(holds);
  CHECK(
      text ==
      "expected finally: w = 2.593496 within 0.000001   holds   (in double: step 10000 is too far "
      "for an exact run)");
  CHECK(judged("expect finally: w = 2.5935").first);
  CHECK_FALSE(judged("expect finally: w >= 2.6").first);
  CHECK(judged("expect finally: w >= 2.6").second.find("does not hold: it is 2.59349593496") !=
        std::string::npos);
}
