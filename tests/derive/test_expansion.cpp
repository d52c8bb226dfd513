// derive --expand: the rule of a composite operation, in steps that come to it.
#include "tests/catch.hpp"
#include "tests/derive/page_of.hpp"

using namespace tracer;
using tracer::has;

namespace {

std::string expanded(const std::string& text) {
  DeriveOptions options;
  options.expand = true;
  return test::page_of(text, options);
}

}  // namespace

TEST_CASE("expand: softmax, cross-entropy, norm, variance and logsumexp in steps", "[derive]") {
  const std::string softmax =
      expanded("param z: (k)\ninput y: (k) one_hot\np = softmax(z)\nL = cross_entropy(p, y)\n");
  INFO(softmax);
  for (const char* line : {"t1      = exp z", "t2      = column sums of t1", "p       = t1 ⊘ t2",
                           "∂L/∂t1  = ∂L/∂t2 + (1/t2) · ∂L/∂p", "t1 is used 2 times",
                           "= p ⊙ (∂L/∂p − column sums of (∂L/∂p ⊙ p))"})
    CHECK(has(softmax, line));
  CHECK(has(softmax, "= (∂L/∂t1 ⊙ y) ⊘ p = −y ⊘ p"));
  const std::string norm = expanded("param x: (n)\nr = norm(x)\nE = r**3\n");
  CHECK(has(norm, "∂E/∂t2 = (∂E/∂r)/(2·r)"));
  CHECK(has(norm, "= 2 ∂E/∂t1 ⊙ x = ((∂E/∂r)/r) · x"));
  CHECK(has(expanded("param z: (k)\nq = logsumexp(z)\nL = q**2\n"),
            "∂L/∂t1 ⊙ t1 = ∂L/∂q · softmax(z)"));
  CHECK(has(expanded("param Z: (m, n)\nv = var(Z, axis=0)\nL = sum(v)\n"),
            "(1/m) · ∂L/∂t1 + ∂L/∂t2 = (2/m) ∂L/∂v ⊙ (Z − column means of Z)"));
}

TEST_CASE("expand: batch norm in symbols, with μ, σ² and x̂ as lines", "[derive]") {
  const std::string page = expanded(
      "input Z: (n, m)\nparam g: (n)\nparam b: (n)\ninput T: (n, m)\nN = batch_norm(Z, g, b)\n"
      "L = mse(N, T)\ngrad L wrt Z, g, b\n");
  INFO(page);
  for (const char* line :
       {"μ      = ", "σ²     = ", "x̂      = ", "= g ⊙ x̂", "∂L/∂g = row sums of (∂L/∂N ⊙ x̂)",
        "∂L/∂b = row sums of ∂L/∂N", "x̂ ⊙ row means of (∂L/∂N ⊙ x̂)", "through μ, through σ²"})
    CHECK(has(page, line));
  CHECK_FALSE(has(page, "running_mean"));
}

TEST_CASE("expand: names of the lesson are not taken, and without it nothing is added",
          "[derive]") {
  CHECK(has(expanded("param t1: (n)\nr = norm(t1)\nL = r**2\n"), "= t1²"));
  CHECK_FALSE(has(test::page_of("param x: (n)\nr = norm(x)\nL = r**3\n"), "t1"));
}

TEST_CASE("expand: of a parameter the steps end at it, and what it does not need is left out",
          "[derive]") {
  const std::string page = expanded(
      "param g = 2\nparam c = 0\nparam w = 1\ndata x, y in (1, 0), (3, 1), (5, 1)\nZ = w*x\n"
      "N = batch_norm(Z, g, c)\nL = half_mse(N, y)\n"
      "train L with sgd(lr=0.1), batch_size=all, epochs=1\n");
  INFO(page);
  CHECK(has(page, "∂L/∂c = row sums of ∂L/∂N"));
  CHECK_FALSE(has(page, "∂L/∂t1  = (∂L/∂t2)/m = "));
}
