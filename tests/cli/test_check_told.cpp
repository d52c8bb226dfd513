// What is not told: stories that other formulas, or the numbers of a saturated net, would bear as
// well. Each claim was given a confident false reason once.
#include "tests/catch.hpp"
#include "tests/lessons/run_program.hpp"

namespace tracer {
namespace {

ProgramRun checked(const std::string& lesson, const std::string& claim) {
  const TemporaryFolder folder;
  write_text(folder / "a.lesson", lesson);
  write_text(folder / "a.json", claim);
  return run_program({"check", "a.lesson", "--claimed", "a.json"}, folder.path());
}

std::string two_layers(const std::string& leaves) {
  return leaves +
         "Z1 = W1 @ X + b1\nA1 = relu(Z1)\nZ2 = W2 @ A1 + b2\nP = softmax(Z2)\n"
         "L = cross_entropy(P, Y)\ntrain L with sgd(lr=0.1), batch_size=all\n";
}

}  // namespace

TEST_CASE("check: a net that is sure of its sample says 0 and 1 by any formula", "[cli][claims]") {
  // P − Y squared: 1, −1 and 0 become 1, 1 and 0, as two other mistakes together would have it
  const ProgramRun run = checked(
      two_layers("param W1 = [[3.82, -1.46], [-9.62, 1.04]]\nparam b1 = [[-4.82], [-1.02]]\n"
                 "param W2 = [[9.36, 3.39], [-3.58, 1.72], [-9.77, -1.64]]\n"
                 "param b2 = [[3.72], [1.87], [6.48]]\ndata X, Y in ([-1.86, -1.91], [0, 1, 0])\n"),
      R"({"dL/dW2": [[0, 14.8868], [0, 14.8868], [0, 3.38564e-62]],
          "dL/db2": [[1], [1], [2.27426e-63]],
          "dL/dW1": [[0, 0], [-9.5046, -9.7601]], "dL/db1": [[0], [5.11]]})");
  INFO(run.output);
  CHECK(run.status == 1);
  CHECK(!has(run.output, "this is why"));
}

TEST_CASE("check: slopes that agree where z is small are not told from each other",
          "[cli][claims]") {
  const ProgramRun run = checked(
      "param W1 = [[-0.38]]\nparam b1 = [[-0.05]]\ndata X, Y in ([0.01], [0.15])\n"
      "Z1 = W1 @ X + b1\nA1 = sigmoid(Z1)\nL = half_mse(A1, Y)\n"
      "train L with sgd(lr=0.1), batch_size=all\n",
      R"({"dL/dW1": [[0.00335581927]], "dL/db1": [[0.335581928]]})");
  INFO(run.output);
  CHECK(run.status == 1);
  CHECK(!has(run.output, "this is why"));
}

TEST_CASE("check: formulas that only a target of 0 makes one are not told from each other",
          "[cli][claims]") {
  // the error squared, where the error is A1: A1·(1 − A1²) in the slope's place gives the same
  const ProgramRun run = checked(
      "param W1 = [[-1.26]]\nparam b1 = [[-1.44]]\ndata X, Y in ([1.63], [0.00])\n"
      "Z1 = W1 @ X + b1\nA1 = tanh(Z1)\nL = half_mse(A1, Y)\n"
      "train L with sgd(lr=0.1), batch_size=all\n",
      R"({"dL/dW1": [[0.0059864042969378674]], "dL/db1": [[0.0036726406729680168]]})");
  INFO(run.output);
  CHECK(run.status == 1);
  CHECK(!has(run.output, "stands where the slope"));
}

}  // namespace tracer
