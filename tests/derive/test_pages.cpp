// How lines of a page are written: as a person would.
#include "tests/catch.hpp"
#include "tests/derive/page_of.hpp"

using namespace tracer;
using test::page_of;
using tracer::has;

TEST_CASE("in symbols the numbers that there are stand in the lines", "[derive]") {
  const std::string page = page_of("param w\ninput x = 2\nL = (w*x)**2\n");
  CHECK(has(page, "w = a number   x = 2"));
  CHECK(has(page, "L = (w·x)²    = 4·w²"));
  CHECK(has(page, "∂L/∂w = 2·w·x²   = 8·w"));
  const std::string vectors =
      page_of("param W: (2, 2)\ninput x = [1, 2]\nz = W @ x\nL = sum(z**2)\n");
  CHECK(has(vectors, "x = ⎡1⎤"));
  CHECK(has(vectors, "∂L/∂W = ∂L/∂z · xᵀ   = ∂L/∂z [1  2]"));
}

TEST_CASE("in symbols it is said that samples and expectations are left out", "[derive]") {
  const std::string page =
      page_of("param w\ndata x, y in (1, 2), (3, 4)\nL = (w*x - y)**2\nexpect L = 1\n");
  CHECK(
      has(page,
          "the numbers of the samples (x, y) are left out, for w has none: --set w=1 gives a page "
          "with\n  numbers"));
  CHECK(has(page, "expected L = 1   not judged: the lesson is in symbols"));
}

TEST_CASE("slopes of 1 are no factors of the whole chain, and nothing is said twice", "[derive]") {
  const std::string page = page_of("param a = 3\nu = a**2\nv = sin(a)\nL = u - v\n");
  CHECK(has(page, "The whole chain: ∂L/∂a = 2·a − cos(a)"));
  CHECK_FALSE(has(page, "1·"));
  const std::string third = page_of("param w = 1/3\ninput x = 1\nz = w*x\nL = z\n");
  CHECK_FALSE(has(third, "= 1/3 = 1/3"));
  CHECK_FALSE(has(third, "= 1/3         = 1/3"));
}

TEST_CASE("what is summed stands in brackets after words", "[derive]") {
  const std::string page = page_of(
      "param W = [[0.1, 0.2], [0.3, 0.4]]\nparam b = [[0, 0]]\ninput X = [[1, 2], [3, 4], [5, 6]]\n"
      "H = tanh(X @ W + b)\nL = mean(H**2)\n");
  CHECK(has(page, "column sums of (∂L/∂H ⊙ (1 − H²))"));
  CHECK(has(page_of("param Z = [[1, 2], [3, 4]]\ninput Y = [[1, 1], [0, 2]]\n"
                    "L = softmax_cross_entropy(Z, Y)\n"),
            "(softmax(Z) ⊙ column sums of Y) − Y"));
}

TEST_CASE("a window of a matrix is printed as the window", "[derive]") {
  const std::string page = page_of(
      "param X = [[5, 1, 0], [1, 2, 3]]\nZ = X[0:2, 0:2]\nu = X[0, 1]\nL = sum(Z**2) + u\n");
  CHECK(has(page, "Z = X[:,0:2] = ⎡5  1⎤\n"));
  CHECK_FALSE(has(page, "⎤[:,0:2]"));
  CHECK(page.find("place[i,j](v)") == page.rfind("place[i,j](v)"));
}

TEST_CASE("--wrt: what came from above is shown with its value", "[derive]") {
  DeriveOptions options;
  options.wrt = {"w1"};
  options.steps = 1;
  const std::string page = page_of(test::one_relu, options);
  CHECK(has(page, "∂L/∂z1"));
  CHECK(has(page, "from above; without --wrt the page works it out"));
  CHECK_FALSE(has(page, "∂L/∂w2 ="));
}

TEST_CASE("rounded working: contributions are written as every line is", "[derive]") {
  DeriveOptions options;
  options.rounding = Rounding{4, false, RoundingMode::half_away};
  const std::string page =
      page_of("param w = 0.3\na = tanh(w)\nc = sin(w)\nL = a*3 + c\n", options);
  CHECK(has(page, "≈ 2.7454\n"));  // 3(1 − 0.2913²) = 2.745433…
}

TEST_CASE("rounded working: a sum of contributions is that of the rounded ones", "[derive]") {
  DeriveOptions options;
  options.rounding = Rounding{1, false, RoundingMode::half_away};
  // 1.3/4 = 0.325 and 1.3/8 = 0.1625, each rounded up: 0.3 + 0.2, and not 0.4875
  const std::string page =
      page_of("param w = 1\ninput a = 1.3\nu = w*a/4\nv = w*a/8\nL = u + v\n", options);
  CHECK(has(page, "≈ 0.3 + 0.2"));
  CHECK(has(page, "= 0.5\n"));
  // the same where the line has steps without a name: 0.104, 0.104 and 0.104 are 0.3 together
  const std::string three = page_of(
      "param w = 1\ninput a = 0.104\nu = w*a\nv = 0.5*a*w*2\nt = a*w\nL = u + v + t\n", options);
  CHECK(has(three, "≈ 0.1 + 0.1 + 0.1"));
  CHECK(has(three, "= 0.3\n"));
}
