// One entry of a gradient, explained: --wrt 'W[1,2]'.
#include "tests/catch.hpp"
#include "tests/derive/page_of.hpp"

using namespace tracer;
using tracer::has;

namespace {

const std::string two_samples =
    "param W = [[1, -1, 0], [2, 0.5, 1]]\ndata X, Y in ([1, 2, 0], [1, 0]), ([3, -1, 5], [0, 1])\n"
    "Z = W @ X\nL = half_mse(Z, Y)\ntrain L with sgd(lr=0.1), batch_size=all\n";

std::string entry(const std::string& lesson, const std::string& which) {
  DeriveOptions options;
  options.wrt = {which};
  return test::page_of(lesson, options);
}

}  // namespace

TEST_CASE("entry: the sum over samples, the largest term first", "[derive]") {
  const std::string page = entry(two_samples, "W[0,0]");
  CHECK(has(page, "(∂L/∂W)[0,0] = (∂L/∂Z)[0,1] · X[0,1] + (∂L/∂Z)[0,0] · X[0,0]"));
  CHECK(has(page, "(1)(3) + (−0.5)(1)"));
  CHECK(has(page, "= 2.5"));
  CHECK(has(page, "(a sum of 2 terms, the largest first)"));
}

TEST_CASE("entry: terms that are 0 are counted and left away", "[derive]") {
  const std::string page = entry(two_samples, "W[1,2]");
  CHECK(has(page, "(∂L/∂W)[1,2] = (∂L/∂Z)[1,1] · X[2,1] = (2.375)(5) = 11.875"));
  CHECK(has(page, "(a sum of 2 terms, the largest first; 1 of them are 0)"));
}

TEST_CASE("entry: of many terms eight are shown, and the rest is one number", "[derive]") {
  std::string samples = "data x, y in (1, 0)";
  for (int k = 2; k <= 12; ++k) samples += ", (" + std::to_string(k) + ", 0)";
  const std::string page = entry("param W = [[1], [1]]\nparam v = [[1, 1]]\n" + samples +
                                     "\nZ = W @ x\nP = v @ Z\nL = sum(P)\n"
                                     "train L with sgd(lr=0.1), batch_size=all\n",
                                 "W[0,0]");
  CHECK(has(page, "4 smaller"));
  CHECK(has(page, "(1)(5) + 10 = 78"));
  CHECK(has(page, "a sum of 12 terms"));
}

TEST_CASE("entry: one that is not there is an error that says which there are", "[derive]") {
  CHECK_THROWS_WITH(entry(two_samples, "W[1,3]"),
                    "--wrt W[1,3]: W is 2×3, its entries go from [0,0] to [1,2]");
}

TEST_CASE("--wrt takes any leaf, trained or not, and several names", "[derive]") {
  const std::string text =
      "param w = 1\nparam b = 2\ninput x = 3\nL = (w*x + b)**2\ngrad L wrt w\n";
  DeriveOptions options;
  options.wrt = {"x, b"};
  const std::string page = test::page_of(text, options);
  CHECK(has(page, "∂L/∂x = 2(w·x + b) · w"));
  CHECK(has(page, "= 2((1)(3) + 2)(1)  = 10"));
  CHECK(has(page, "∂L/∂b"));
  CHECK_FALSE(has(page, "∂L/∂w"));
}

namespace {

std::string explained(const std::string& lesson, const std::string& which, int depth) {
  DeriveOptions options;
  options.wrt = {which};
  options.depth = depth;
  return test::page_of(lesson, options);
}

}  // namespace

TEST_CASE("entry: at depth 2 each factor comes from its line, at depth 3 theirs", "[derive]") {
  // Z[0,1] = 1·3 + (−1)(−1) + 0·5 = 4, and ∂L/∂Z = (Z − Y)/4
  const std::string two = explained(two_samples, "W[0,0]", 2);
  CHECK(has(two, "Entry by entry"));
  CHECK(has(two, "(∂L/∂Z)[0,1] = (Z[0,1] − Y[0,1])/(2·m) = (4 − 0)/(2·2) = 1"));
  CHECK_FALSE(has(two, "Z[0,1] = W[0,0]"));
  const std::string three = explained(two_samples, "W[0,0]", 3);
  CHECK(has(three, "Z[0,1] = W[0,0] · X[0,1] + W[0,1] · X[1,1]"));
  CHECK(has(three, "= (1)(3) + (−1)(−1)"));
  CHECK(has(three, "a sum of 3 terms, the largest first; 1 of them are 0"));
  // what is given comes from nowhere, and nothing is explained twice
  CHECK(explained(two_samples, "W[0,0]", 4) == three);
}

TEST_CASE("entry: functions of an entry, and of a whole sample", "[derive]") {
  const std::string text =
      "param W = [[1, 0], [0, 1]]\ninput x = [1, -2]\ninput y = [1, 0]\nz = W @ x\nh = relu(z)\n"
      "p = softmax(h)\nL = cross_entropy(p, y)\n";
  const std::string page = explained(text, "W[0,0]", 5);
  CHECK(has(page, "(∂L/∂z)[0,0] = (∂L/∂h)[0,0]"));
  CHECK(has(page, "(∂L/∂h)[0,0] = p[0,0] − y[0,0]"));
  CHECK(has(page, "p[0,0] = exp(h[0,0])/(exp h[0,0] + exp h[1,0])"));
  CHECK(has(page, "h[0,0] = relu(z[0,0]) = relu(1) = 1"));
  CHECK(has(page, "h[1,0] = relu(z[1,0]) = relu(−2) = 0"));  // a 0 that is to be seen why
}

TEST_CASE("entry: a deep explanation ends, and says how much is left", "[derive]") {
  std::string leaves = "input x = [1, 2, 3, 4]\n", lines, before = "x";
  for (int layer = 1; layer <= 6; ++layer) {
    const std::string n = std::to_string(layer);
    leaves += "param W" + n + " = [[1, 2, 0.5, 1], [2, 1, 1, 3], [1, 1, 2, 1], [0.5, 1, 1, 1]]\n";
    lines += "z" + n + " = W" + n + " @ " + before + "\nh" + n + " = square(z" + n + ")/1000\n";
    before = "h" + n;
  }
  const std::string page = explained(leaves + lines + "L = sum(" + before + ")\n", "W1[0,0]", 12);
  CHECK(has(page, "--depth 12: 60 lines are shown;"));
}
