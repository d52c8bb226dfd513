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
      "param V = uniform(230, 230)\nparam W = uniform(230, 230)\nL = sum(V @ W)\ngrad L\n";
  CHECK(has(refusal(product), "exact multiplications up to step 1, and ends at 30 million"));
  CHECK(has(refusal(product), "--work 7"));
  // over all steps
  const std::string steps =
      "param V = uniform(20, 200)\ndata X, Y = linear(1000, features=200, targets=20)\n"
      "L = mse(V @ X, Y)\ntrain L with sgd(lr=0.0001), batch_size=100, epochs=1\n";
  DeriveOptions nine;
  nine.steps = 9;
  nine.most_work = 5;
  CHECK(has(refusal(steps, nine), "and ends at 5 million"));
}

TEST_CASE("a line of very many operations is worked out", "[derive][limits]") {
  std::string line = "W";
  for (int i = 0; i < 1500; ++i) line += ".relu()";
  const DeriveResult result =
      derive(test::lesson("param W = [[1, 2], [3, 4]]\nL = sum(" + line + ")\ngrad L wrt W\n"), {});
  CHECK(result.derivation.steps.size() == 1);
}
