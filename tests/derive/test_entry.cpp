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
