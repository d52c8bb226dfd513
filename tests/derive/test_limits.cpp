// A short lesson takes no hours and no gigabytes: what would is an error that says which limit, and
// what to do.
#include "tests/catch.hpp"
#include "tests/derive/lessons.hpp"
#include "tracer/error.hpp"

using namespace tracer;

namespace {

std::string refusal(std::string_view text, const DeriveOptions& options = {}) {
  try {
    derive(test::lesson(text), options);
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("exact numbers and multiplications are limited", "[derive][limits]") {
  const std::string many = refusal("param W = uniform(3000, 3000)\nL = sum(W*W)\ngrad L wrt W\n");
  CHECK(has(many, "takes 9 million exact numbers, and 4 million is the most"));
  CHECK(has(many, "take smaller matrices"));
  // values and gradients of a line count too
  CHECK(has(refusal("param w = uniform(1500, 1)\nT = w @ w.T\nL = sum(T*T)\ngrad L wrt w\n"),
            "million exact numbers"));
  const std::string product =
      "param V = uniform(700, 700)\nparam W = uniform(700, 700)\nL = sum(V @ W)\ngrad L\n";
  CHECK(has(refusal(product), "exact multiplications up to step 1, and 30 million is the most"));
  CHECK(has(refusal(product), "--work 71"));
  // over all steps
  const std::string steps =
      "param V = uniform(20, 200)\ndata X, Y = linear(1000, features=200, targets=20)\n"
      "L = mse(V @ X, Y)\ntrain L with sgd(lr=0.0001), batch_size=100, epochs=1\n";
  DeriveOptions nine;
  nine.steps = 9;
  nine.most_work = 1;
  CHECK(has(refusal(steps, nine),
            "up to step 9, and 1 million is the most: show 5 steps or samples"));
  CHECK(has(refusal(steps, nine), "--work 2"));
  nine.most_work = 2;
  CHECK(refusal(steps, nine).empty());
  nine.most_work = 1;
  nine.steps = 5;
  CHECK(refusal(steps, nine).empty());
}

TEST_CASE("what takes too long is refused before it begins", "[derive][limits]") {
  // step 2 has no value; the limit is told first
  const std::string steps =
      "param v = 1\ndata x = [1, 0, 2]\nL = log(v*x)\ntrain L with sgd(lr=0.1), batch_size=1\n";
  DeriveOptions little;
  little.most_work = 2e-5;
  CHECK(has(refusal(steps, little), "up to step 3, and 2e-05 million is the most"));
  CHECK(has(refusal(steps), "log(0)"));
}

TEST_CASE("a line of very many operations is worked out", "[derive][limits]") {
  std::string line = "W";
  for (int i = 0; i < 1500; ++i) line += ".relu()";
  const DeriveResult result =
      derive(test::lesson("param W = [[1, 2], [3, 4]]\nL = sum(" + line + ")\ngrad L wrt W\n"), {});
  CHECK(result.derivation.steps.size() == 1);
}
