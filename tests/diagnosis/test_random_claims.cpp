// What is right is never called wrong, however it was rounded; and what no mistake explains has no
// story. The measure of `./run bench check`, at a small size, and what was found with it.
#include "tests/catch.hpp"
#include "tests/diagnosis/asked.hpp"
#include "tests/diagnosis/by_hand.hpp"
#include "tests/diagnosis/random_claims.hpp"
#include "tracer/claims/named_arrays.hpp"

using namespace tracer;
using namespace tracer::asked;

namespace {

std::string verdict_of(const Subject& s, const std::string& json) {
  const Claims made =
      claims_from(parse_named_arrays(json, "c.json", "c"), s.program, s.batch(), {"c.json", {}});
  return told(diagnose({s.program, s.batch(), {{s.at.point, made.claims}}}), s);
}

// one weight, one bias, two samples
const std::string neuron =
    "param w = 0.5\nparam b = 0.1\ndata x, y in (1.5, 1), (-0.5, 0.25)\nz = w*x + b\n"
    "a = sigmoid(z)\nL = half_mse(a, y)\ntrain L with sgd(lr=0.1), batch_size=all\n";

}  // namespace

TEST_CASE("diagnosis: right gradients in all roundings are right, wrong ones have no story",
          "[diagnosis]") {
  for (const planted::WordCounts& counts :
       planted::measure_random_claims({.claims = 12, .seed = 5})) {
    CAPTURE(counts.written);
    CHECK(counts.called_wrong == 0);
    CHECK(counts.passed == 0);
    CHECK(counts.false_names == 0);
  }
}

TEST_CASE("diagnosis: two numbers of two digits are right, and no story is told of wrong ones",
          "[diagnosis]") {
  const Subject s(neuron);
  const Claimed right = right_gradients(s);
  const auto number = [&](const std::string& name) {
    Claimed all = right;
    return of(all, name)(0, 0);
  };
  CHECK(verdict_of(s, fmt::format("{{\"dw\": {:.2g}, \"db\": {:.2g}}}", number("dL/dw"),
                                  number("dL/db"))) == "right");
  for (const char* wrong : {R"({"dw": 0.31, "db": -0.07})", R"({"dw": 0.4171, "db": 0.8123})",
                            R"({"dw": -0.031234567890123456, "db": 0.5123456789012345})"})
    CHECK(verdict_of(s, wrong) == "unnamed");
}

TEST_CASE(
    "diagnosis: a gradient that is small because the net is saturated is judged by its digits",
    "[diagnosis]") {
  const Subject s(
      "param w = 9\nparam b = 11\ndata x, y in (1, 1), (0.9, 1)\nz = w*x + b\n"
      "a = sigmoid(z)\nL = half_mse(a, y)\ntrain L with sgd(lr=0.1), batch_size=all\n");
  Claimed claimed = right_gradients(s);
  CHECK_FALSE(told(s, claimed).starts_with("named"));
  for (auto& [name, values] : claimed) values = -values;
  CHECK_FALSE(told(s, claimed).starts_with("right"));
  CHECK_FALSE(told(s, claimed).starts_with("disturbed"));
  // the step's own samples are no others
  CHECK(told(s, claimed).find("other_samples") == std::string::npos);
}

TEST_CASE("diagnosis: zeros of a saturated net, as JSON has them, are not called wrong",
          "[diagnosis]") {
  const Subject s(
      "param w = 9\nparam b = 11\ndata x, y in (1, 1), (0.9, 1)\nz = w*x + b\n"
      "a = sigmoid(z)\nL = half_mse(a, y)\ntrain L with sgd(lr=0.1), batch_size=all\n");
  for (const char* zeros :
       {R"({"dw": 0, "db": 0})", R"({"dw": -0, "db": 0})", R"({"dw": 0.0, "db": -0.0})",
        R"({"dw": 0, "db": 0, "L": 0})", R"({"dw": 0.000, "db": 0.000})"}) {
    CAPTURE(zeros);
    CHECK(verdict_of(s, zeros) == "undecided");
  }
  // of a net that learns they are no rounding
  CHECK(verdict_of(Subject(neuron), R"({"dw": 0, "db": 0})") == "unnamed");
}

TEST_CASE("diagnosis: a tolerance is what somebody says, and no reason to look for mistakes",
          "[diagnosis]") {
  const Subject s(deep_lesson("sigmoid"));
  Claimed claimed = right_gradients(s);
  for (auto& [name, values] : claimed) values *= 1.003;
  SearchOptions options;
  const auto verdict = [&] {
    return told(diagnose({s.program, s.batch(), {{s.at.point, claims(s, claimed)}}}, options), s);
  };
  CHECK(verdict() == "factor | scale: Z3 (line 12)");
  options.tolerance = 0.01;
  CHECK(verdict() == "right");
  options.tolerance = 0.001;
  CHECK(verdict() != "right");
}

TEST_CASE("diagnosis: a gradient that is 0 but for rounding is told to be 0", "[diagnosis]") {
  const Subject s(deep_lesson("sigmoid"));
  const Hand hand;
  Claimed claimed = hand(s);
  double sign = 1e-17;
  for (auto& [name, values] : claimed) {
    if (name == "dL/dW3" || name == "dL/db3") continue;
    values = values.unaryExpr([&](double) { return sign = -sign; });
  }
  const std::string text = told(s, claimed);
  CHECK(text.starts_with("named | zero_gradient"));
}

TEST_CASE("diagnosis: a unit within the claim's rounding of its corner is free", "[diagnosis]") {
  // the first pre-activation is 2e-3, of terms of size 1: in bf16 it may as well be below 0
  const Subject s(
      "param W1 = [[1, -0.998], [0.5, 1]]\nparam W2 = [[1.5, -0.75], [0.25, 1]]\n"
      "data X, Y in ([1, 1], [1, 0]), ([0.5, 2], [0, 1])\n"
      "A1 = relu(W1 @ X)\nP = softmax(W2 @ A1)\nL = cross_entropy(P, Y)\n"
      "train L with sgd(lr=0.1), batch_size=all\n");
  Claimed claimed = right_gradients(s);
  const M x = s["X"], w2 = s["W2"];
  M z = s["W1"] * x;
  z(0, 0) = -1e-3;
  const M a = each(z, relu_of);
  const M d2 = (softmax_of(w2 * a) - s["Y"]) / 2;
  M slope = (z.array() > 0).cast<double>();
  of(claimed, "dL/dW2") = d2 * a.transpose();
  of(claimed, "dL/dW1") = times(w2.transpose() * d2, slope) * x.transpose();
  CHECK(told(diagnosed(s, claimed, "bf16"), s).starts_with("right"));
  CHECK(told(diagnosed(s, claimed, "float64"), s).find("right") == std::string::npos);
}

TEST_CASE("diagnosis: no free factor is fitted to two decimals", "[diagnosis]") {
  const Subject s(
      "param W1 = [[-1.46, -0.74, 0.18, -0.44], [0.18, 0.13, -1.00, 0.24]]\nparam b1 = [0.67, "
      "0.9]\n"
      "param W2 = [[0.39, -0.87], [-1.2, -1.05]]\nparam b2 = [-0.91, -1]\n"
      "data X, Y in ([0.34, 0.55, -1.27, 1.23], [0, 1]), ([-1.29, -1.11, 1.72, 1.3], [1, 0]),"
      " ([1.93, 1.11, -0.89, 1], [1, 0])\n"
      "Z1 = W1 @ X + b1\nA1 = sigmoid(Z1)\nZ2 = W2 @ A1 + b2\nP = softmax(Z2)\n"
      "L = cross_entropy(P, Y)\ntrain L with sgd(lr=0.1), batch_size=all\n");
  CHECK_FALSE(verdict_of(s, R"({"dW2": [[0.00, 0.06], [-0.00, -0.06]], "db2": [0.03, -0.03],
    "dW1": [[0.04, 0.09, -0.22, 0.19], [0.00, 0.00, -0.01, -0.00]], "db1": [0.15, -0.00]})")
                  .starts_with("named"));
}

TEST_CASE("diagnosis: where every slope is 1 for the digits, none is told, in no words",
          "[diagnosis]") {
  // z is nearly 0: 1/(1 + z²), which these are of, is 1 as the slope that is left out
  const Subject s(
      "param W1 = [[-0.5]]\nparam b1 = [-0.05]\n"
      "data X, Y in ([-0.12], [-0.6]), ([-0.16], [-0.45]), ([-0.53], [0.58]), ([-0.02], [-0.73])\n"
      "Z1 = W1 @ X + b1\nA1 = sigmoid(Z1)\nL = half_mse(A1, Y)\n"
      "train L with sgd(lr=0.1), batch_size=all\n");
  CHECK_FALSE(verdict_of(s, R"({"dW1": [[-0.074]], "db1": [0.813]})").starts_with("named"));
}

TEST_CASE("diagnosis: gradients that rounding hides are not right because a digit agrees",
          "[diagnosis]") {
  const Subject s(
      "param W1 = [[5.34, 9.71], [8.52, 2.92], [-9.66, -4]]\nparam b1 = [1.35, -5.1, -2.19]\n"
      "param W2 = [[8.65, 9.75, -3.26], [-6.86, 6.18, 7.95]]\nparam b2 = [4.86, 1.91]\n"
      "data X, Y in ([-0.48, -1.99], [1, 0]), ([0.69, 0.79], [1, 0])\n"
      "Z1 = W1 @ X + b1\nA1 = relu(Z1)\nZ2 = W2 @ A1 + b2\nP = softmax(Z2)\n"
      "L = cross_entropy(P, Y)\ntrain L with sgd(lr=0.1), batch_size=all\n");
  Claimed claimed = right_gradients(s);
  of(claimed, "dL/dW1") *= 1.25;
  of(claimed, "dL/db1") *= 1.25;
  const std::string text = told(s, claimed);
  CHECK_FALSE(text.starts_with("right"));
  CHECK_FALSE(text.starts_with("disturbed"));
}
