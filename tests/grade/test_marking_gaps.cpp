// What a wrong value leads to where it leaves the domain of a later line, or every bound: the lines
// after it are marked all the same.
#include "tests/catch.hpp"
#include "tests/grade/marked.hpp"
#include "tests/lessons/run_program.hpp"
#include "tracer/error.hpp"

using namespace tracer;
using test::line_of;
using test::marked;
using test::says;

namespace {

const std::string neuron =
    "param w = 0.4\nparam b = 0.1\ndata x, y in (1, 1), (2, 0)\nz = w*x + b\na = sigmoid(z)\n"
    "L = bce(a, y)\ntrain L with sgd(lr=0.5), batch_size=1\n";

// right: z = 0.5, a = 0.6225; tanh in place of sigmoid, and minus that, are no probabilities
const std::string minus_tanh =
    "sample 1:\nz = 0.5\na = -0.4621\nL = 0.7719\ndL/da = 2.1640\ndL/dz = -1.4621\ndL/dw = "
    "-1.4621\n"
    "dL/db = -1.4621\nw = 1.1311\nb = 0.8311\nsample 2: z = 3.0932\na = 0.9566\n";

}  // namespace

TEST_CASE("a probability below 0 has no cross-entropy, and every line after it follows",
          "[grade][gaps]") {
  const Marking marking = marked(neuron, minus_tanh);
  INFO(test::page_text(marking));
  CHECK(line_of(marking, 1, "a").mark == Mark::wrong);
  CHECK(says(marking, 1, "L") ==
        "not counted: with your a it has no value (log of a negative number, log(-0.4621))");
  for (const std::string name : {"dL/da", "dL/dz", "dL/dw", "dL/db", "w", "b"}) {
    CAPTURE(name);
    CHECK(line_of(marking, 1, name).mark == Mark::follows);
  }
  CHECK(line_of(marking, 2, "z").mark == Mark::follows);
  CHECK(line_of(marking, 2, "a").mark == Mark::follows);
  // the loss counts neither for nor against
  CHECK(summary(marking) == "1 right, 8 follow, 1 wrong: 9/10");
  CHECK(marking.remarks.empty());
}

TEST_CASE("a probability above 1 is carried on as far as arithmetic goes", "[grade][gaps]") {
  const Marking marking =
      marked(neuron, "sample 1:\na = 1.5\nL = -0.4055\ndL/da = -0.6667\ndL/dz = 0.5\n");
  CHECK(line_of(marking, 1, "L").mark == Mark::follows);  // -ln 1.5
  CHECK(line_of(marking, 1, "dL/da").mark == Mark::follows);
  CHECK(line_of(marking, 1, "dL/dz").mark == Mark::follows);
  CHECK(marking.wrong() == 1);
}

TEST_CASE("where the chain rule meets 1/0, the rule for both lines together is asked",
          "[grade][gaps]") {
  // relu in place of sigmoid of a negative z: a = 0, dL/da = -1/0, and dL/dz = a - y = -1
  const std::string lesson =
      "param w = -1\ninput x = 1\ninput y = 1\nz = w*x\na = sigmoid(z)\nL = bce(a, y)\n"
      "train L with sgd(lr=0.5)\n";
  const Marking marking = marked(lesson, "a = 0\nL = 0\ndL/dz = -1\ndL/dw = -1\nw = -0.5\n");
  INFO(test::page_text(marking));
  CHECK(line_of(marking, 1, "a").mark == Mark::wrong);
  CHECK(says(marking, 1, "a").starts_with("wrong: σ(−1) = 0.269"));
  CHECK(line_of(marking, 1, "L").mark == Mark::no_value);
  CHECK(line_of(marking, 1, "dL/dz").mark == Mark::follows);
  CHECK(line_of(marking, 1, "dL/dw").mark == Mark::follows);
  CHECK(line_of(marking, 1, "w").mark == Mark::follows);
  // what they wrote of a gradient that has no value is carried on
  const Marking zeros =
      marked(lesson, "a = 0.00\ndL/da = 0.00\ndL/dz = 0.00\ndL/dw = 0.00\nw = -1.00\n");
  CHECK(line_of(zeros, 1, "dL/da").mark == Mark::no_value);
  CHECK(line_of(zeros, 1, "dL/dz").mark == Mark::follows);
  CHECK(line_of(zeros, 1, "w").mark == Mark::follows);
}

TEST_CASE("what is computed from a line without a value has none either", "[grade][gaps]") {
  const std::string lesson =
      "param w = 2\nz = w - 1\na = log(z)\nb = 3*a\nL = b*w\ntrain L with sgd(lr=0.1), epochs=2\n";
  const Marking marking =
      marked(lesson, "step 1:\nz = -1\nL = 4\ndL/dw = 4\nw = 1.6\nstep 2: z = 0.6\n");
  INFO(test::page_text(marking));
  CHECK(line_of(marking, 1, "L").mark == Mark::no_value);
  CHECK(line_of(marking, 1, "dL/dw").mark == Mark::no_value);
  CHECK(line_of(marking, 1, "w").mark == Mark::follows);  // from the gradient that they wrote
  CHECK(line_of(marking, 2, "z").mark == Mark::follows);
}

TEST_CASE("a wild number is a wrong answer, whatever a function makes of it", "[grade][gaps]") {
  const std::string digits(300, '7');
  for (const std::string wild : {"1e400", "-1e400", "-1e9000", "1e9000"}) {
    CAPTURE(wild);
    const Marking marking =
        marked(neuron, "sample 1:\nz = " + wild + "\nL = 0.4741\nsample 2: x = 2\n");
    CHECK(line_of(marking, 1, "z").mark == Mark::wrong);
    CHECK(line_of(marking, 1, "L").mark == Mark::right);
    CHECK(says(marking, 1, "z").ends_with("= 0.5"));
  }
  // a tiny one brings no page of zeros
  CHECK(test::page_text(marked(neuron, "sample 1:\nz = 1e-400\nw = 1e-300\n")).size() < 500);
  const Marking marking = marked(neuron, "sample 1:\nz = " + digits + "\nb = -" + digits + "\n");
  CHECK(marking.wrong() == 2);
  CHECK(test::page_text(marking).find("7... (300 characters)") != std::string::npos);
  CHECK(test::page_text(marking).size() < 1500);
}

TEST_CASE("an entry that lies about a tie is carried on as it is, and the others are rounded",
          "[grade][gaps]") {
  // v is 0.12344, a number that no digits tell from the tie 0.00005, and 0.12346
  const Marking marking =
      marked("param x = [0.12344, 0.00005, 0.12346]\nv = log(exp(x))\nz = 1000*v\nL = sum(z)\n",
             "z[0] = 123.40\nz[2] = 123.50\n", Rounding{4, false, RoundingMode::half_away});
  CHECK(line_of(marking, 1, "z[0]").mark == Mark::right);
  CHECK(line_of(marking, 1, "z[2]").mark == Mark::right);
}

TEST_CASE("what is no number is not marked, and said in its place", "[grade][gaps]") {
  const Marking marking = marked(neuron, "sample 1:\nz = nan\na = inf\nL = -inf\nb = 1/0\nw = 1\n");
  REQUIRE(marking.unread.size() == 4);
  CHECK(marking.unread[0].line == 2);
  CHECK(marking.unread[0].why == "'nan' is no number");
  CHECK(marking.unread[2].why == "'-inf' is no number");
  CHECK(marking.unread[3].why == "'1/0' divides by 0");
}

TEST_CASE("rounding in place rounds all entries or none", "[grade][gaps]") {
  const Working working{64, 256};
  Array<Exact> values(1, 2);
  values(0, 0) = Exact(Rational(12344, 100'000), working);
  values(0, 1) = log(exp(Exact(Rational(5, 100'000), working)));  // about a tie, never decided
  CHECK_THROWS_AS(round_in_place(View<Exact>(values.data(), 1, 2), {4, false, {}}), Undecided);
  CHECK(values(0, 0).rational() == Rational(12344, 100'000));
}
