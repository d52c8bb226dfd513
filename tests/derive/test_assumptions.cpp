// p − y wherever it holds: the entries of a target sum to 1, because the lesson says so or because
// its data are so.
#include "tests/catch.hpp"
#include "tests/derive/page_of.hpp"
#include "tracer/error.hpp"

using namespace tracer;
using test::page_of;
using tracer::has;

TEST_CASE("assumptions: softmax under cross-entropy in symbols is p − y", "[derive]") {
  const std::string one = "param z: (k)\ninput y: (k) one_hot\n";
  const std::string p = "p = softmax(z)\n";
  CHECK(has(page_of(one + p + "L = cross_entropy(p, y)\n"), "∂L/∂z = p − y"));
  CHECK(has(page_of(one + p + "L = -sum(y*log(p))\n"), "∂L/∂z = p − y"));
  CHECK(has(page_of(one + "L = softmax_cross_entropy(z, y)\n"), "∂L/∂z = softmax(z) − y"));
  CHECK(has(page_of(one + "l = log_softmax(z)\nL = -sum(y*l)\n"), "∂L/∂z = exp l − y"));
  // without the assumption it does not hold, and is not said
  const std::string plain =
      page_of("param z: (k)\ninput y: (k)\n" + p + "L = cross_entropy(p, y)\n");
  CHECK(has(plain, "(column sums of y) · p − y"));
  // probabilities sum to 1 too
  CHECK(has(page_of("param z: (k)\ninput y: (k) probabilities\n" + p + "L = cross_entropy(p, y)\n"),
            "∂L/∂z = p − y"));
}

TEST_CASE("assumptions: of a batch, in columns and in rows", "[derive]") {
  const std::string columns = "param Z: (k, m)\ninput Y: (k, m) one_hot\n";
  CHECK(has(page_of(columns + "P = softmax(Z)\nL = cross_entropy(P, Y)\n"), "∂L/∂Z = (P − Y)/m"));
  CHECK(has(page_of(columns + "L = softmax_cross_entropy(Z, Y)\n"), "∂L/∂Z = (softmax(Z) − Y)/m"));
  CHECK(has(page_of(columns + "P = softmax(Z)\nL = -sum(Y*log(P))/m\n"), "∂L/∂Z = (P − Y)/m"));
  const std::string rows = "param Z: (m, k)\ninput Y: (m, k) one_hot\n";
  CHECK(has(page_of(rows + "P = softmax(Z, axis=1)\nL = cross_entropy(P, Y, axis=1)\n"),
            "∂L/∂Z = (P − Y)/m"));
  CHECK(has(page_of(rows + "L = softmax_cross_entropy(Z, Y, axis=1)\n"),
            "∂L/∂Z = (softmax(Z) − Y)/m"));
  // the sums across samples are not what is assumed
  const std::string across = page_of(columns + "P = softmax(Z)\nL = sum(sum(Y*P, axis=1))\n");
  CHECK_FALSE(has(across, "sum to 1\n    ∂L/∂Z = P"));
}

TEST_CASE("assumptions: sigmoid under binary cross-entropy needs none", "[derive]") {
  CHECK(has(page_of("param z\ninput y\np = sigmoid(z)\nL = bce(p, y)\n"), "∂L/∂z = p − y"));
  CHECK(has(page_of("param z\ninput y\np = sigmoid(z)\nL = -(y*log(p) + (1-y)*log(1-p))\n"),
            "∂L/∂z = p − y"));
  CHECK(has(page_of("param z: (m)\ninput y: (m)\nL = bce_with_logits(z, y)\n"),
            "∂L/∂z = (σ(z) − y)/m"));
  // in one line with the product
  CHECK(has(page_of("param w: (d)\ninput X: (m, d)\ninput y: (m)\np = sigmoid(X @ w)\n"
                    "L = bce(p, y)\n"),
            "∂L/∂w = (1/m) · Xᵀ · (p − y)"));
}

TEST_CASE("assumptions: what the numbers of a lesson show is used, and said", "[derive]") {
  const std::string page = page_of(
      "param W = [[1, 2], [3, 4]]\ninput X = [[1, 0], [2, 1]]\ninput Y = [[1, 0], [0, 1]]\n"
      "L = softmax_cross_entropy(W @ X, Y)\n");
  CHECK(has(page, "½(softmax(W·X) − Y) · Xᵀ"));
  CHECK(has(page, "the entries of each sample of these sum to 1"));
  const std::string other = page_of(
      "param W = [[1, 2], [3, 4]]\ninput X = [[1, 0], [2, 1]]\ninput Y = [[1, 1], [1, 1]]\n"
      "L = softmax_cross_entropy(W @ X, Y)\n");
  CHECK(has(other, "column sums of Y"));
}

TEST_CASE("assumptions: an unknown one, or a value that breaks it, is a mistake", "[derive]") {
  CHECK_THROWS_WITH(page_of("param z: (2)\ninput y: (2) one_hut\nL = sum(z*y)\n"),
                    Catch::Matchers::Contains("no assumption 'one_hut'") &&
                        Catch::Matchers::Contains("one_hot?"));
  CHECK_THROWS_WITH(page_of("param X: (m, d)\nlet q = 1/m\nL = sum(X)*q\n"),
                    Catch::Matchers::Contains("m is a side of X, which has no number here"));
}

TEST_CASE("p − y stands in a bracket where both are multiplied by the same", "[derive]") {
  CHECK(has(page_of("param t\ninput x\ninput y\nh = sigmoid(t*x)\n"
                    "L = -y*log(h) - (1-y)*log(1-h)\ngrad L wrt t\n"),
            "∂L/∂t = (h − y) · x"));
  CHECK(has(page_of("param t\ninput x\ninput y\nh = sigmoid(t*x)\nL = bce(h, y)\ngrad L wrt t\n"),
            "(h − y) · x"));
}

TEST_CASE("numbers that happen to sum to 1 are no targets", "[derive]") {
  const std::string page = page_of("param w = 2\ninput c = [0.3, 0.7]\nL = w*sum(c)\n");
  CHECK(has(page, "∂L/∂w = Σ c"));
  CHECK_FALSE(has(page, "sum to 1"));
  // nor is an upstream gradient with a single 1
  CHECK_FALSE(has(page_of("param x = [1, 2, 3]\ninput g = [1, 0, 0]\ny = x - mean(x)\n"
                          "grad y wrt x with g\n"),
                  "sum to 1"));
}
