// The half lines that say why, each in the smallest lesson that calls for it.
#include "tests/catch.hpp"
#include "tests/derive/page_of.hpp"

using namespace tracer;
using test::page_of;
using tracer::has;

namespace {

std::string two_samples(const std::string& lines) {
  return "param W = [[1, -1], [2, 0.5]]\nparam b = [[1], [-1]]\n"
         "data X, Y in ([1, 2], [1, 0]), ([3, -1], [0, 1])\n" +
         lines + "train L with sgd(lr=0.1), batch_size=all\n";
}

}  // namespace

TEST_CASE("reasons: on which side of its corner a relu is, forward and back", "[derive]") {
  const std::string page = page_of(
      "param z = -2\nparam v = 0\nparam u = 3\na = relu(z)\nb = relu(v)\nc = relu(u)\n"
      "L = a + b + c\n");
  CHECK(has(page, "z < 0: cut off to 0"));
  CHECK(has(page, "(z < 0, so the slope is 0: nothing flows back through here)"));
  CHECK(has(page, "v = 0: the corner"));
  CHECK(has(page, "(v = 0 is the corner of relu: no slope there, 0 is taken by choice)"));
  CHECK(has(page, "u > 0: passed on unchanged"));
  CHECK(has(page, "(u > 0, so the slope is 1)"));
}

TEST_CASE("reasons: of a matrix the entries on either side are counted", "[derive]") {
  const std::string page = page_of(two_samples("Z = W @ X + b\nA = relu(Z)\nL = half_mse(A, Y)\n"));
  CHECK(has(page, "1 of 4 entries are not above 0"));
  CHECK(
      has(page,
          "3 of 4 entries of Z are above 0; 1 exactly 0, the corner: no slope there, 0 is taken by "
          "choice"));
  const std::string leaky = page_of("param a = [0, 1]\nm = leaky_relu(a)\nL = sum(m**2)\n");
  CHECK(has(leaky, "1 exactly 0, the corner: no slope there, 0.01 is taken by"));
  // the two sides of an elu meet without a corner
  CHECK_FALSE(has(page_of("param a = [0, 1]\nm = elu(a)\nL = sum(m**2)\n"), "corner"));
}

TEST_CASE("reasons: a tie is said, and that its slope is shared by choice", "[derive]") {
  const std::string equal = page_of("param a = 2\nparam b = 2\nm = maximum(a, b)\nL = m**2\n");
  CHECK(has(equal, "∂L/∂a = ∂L/∂m · ∂m/∂a = ∂L/∂m · [a > b]"));
  CHECK(has(equal, "(4)(0.5)"));
  CHECK(has(equal, "(a = b, a tie: no slope there, ½ is taken for each by choice)"));
  CHECK(has(page_of("param a = 0\nm = np.maximum(0, a)\nL = (m - 1)**2\n"),
            "a = 0, a tie: no slope"));
  CHECK(has(page_of("param a = [2, 1, 3]\nparam b = [2, 5, 1]\nm = minimum(a, b)\nL = sum(m)\n"),
            "1 of 3 entries of b and a are equal, a tie"));
  CHECK(has(
      page_of("param a = [2, 2, 1]\nm = max(a)\nL = m**2\n"),
      "2 entries of a are equally large, a tie: no slope there, they share it evenly by choice"));
  CHECK_FALSE(has(page_of("param a = 3\nparam b = 2\nm = maximum(a, b)\nL = m**2\n"), "tie"));
}

TEST_CASE("reasons: the corner of a norm is said, and nothing is divided by 0", "[derive]") {
  const std::string page = page_of("param a = [0, 0]\nL = norm(a)\n");
  CHECK(has(page, "L = 0, a corner: no slope there, 0 is taken by choice"));
  CHECK_FALSE(has(page, "1/0"));
}

TEST_CASE("reasons: products of matrices say shapes, a vector where it is added", "[derive]") {
  const std::string page = page_of(two_samples("Z = W @ X + b\nL = half_mse(Z, Y)\n"));
  CHECK(has(page, "(2×2)(2×2) + (2×1)"));
  CHECK(has(page, "b is added to each column"));
  CHECK(has(page, "b was added to both columns"));
  const std::string scaled = page_of(two_samples("Z = W @ X\nA = Z * b\nL = half_mse(A, Y)\n"));
  CHECK(has(scaled, "b multiplies each column"));
}

TEST_CASE("reasons: the transpose is explained once, by samples or by entries", "[derive]") {
  const auto count = [](const std::string& page, std::string_view part) {
    int found = 0;
    for (auto at = page.find(part); at != std::string::npos; at = page.find(part, at + 1)) ++found;
    return found;
  };
  const std::string layers = page_of(
      two_samples("param V = [[1, 2], [0, 1]]\nZ = W @ X\nA = V @ Z\nL = half_mse(A, Y)\n"));
  CHECK(has(layers, "why Zᵀ: V[0,0] meets Z[0,k] in every sample k"));
  CHECK(count(layers, "why ") == 1);
  const std::string single =
      page_of("param W = [[1, 2], [3, 4]]\ninput x = [1, 2]\nz = W @ x\nL = sum(z**2)\n");
  CHECK(has(single, "why xᵀ: W[i,j] multiplies x[j]"));
}

TEST_CASE("reasons: paths that meet are named, up to five of them", "[derive]") {
  CHECK(has(page_of("param w = 2\nu = w**2\nv = 2*w\nL = u + v\n"),
            "(2 paths meet: w is used in u and v; their contributions are added)"));
  std::string many = "param w = 2\n";
  std::string sum = "L = a1";
  for (int i = 1; i <= 7; ++i) {
    many += "a" + std::to_string(i) + " = " + std::to_string(i) + "*w\n";
    if (i > 1) sum += " + a" + std::to_string(i);
  }
  CHECK(has(page_of(many + sum + "\n"), "w is used in a1, a2, a3, a4 and 3 more lines"));
}

TEST_CASE("reasons: a factor that is 0 leaves nothing, a use without effect says so", "[derive]") {
  const std::string page = page_of("param w = 0\nparam x = 3\ny = w*x\nu = y**2\nL = u + 0*y\n");
  CHECK(has(page, "(w = 0, so nothing is left)"));
  CHECK(has(page, "(y does not change L)"));
}

TEST_CASE("reasons: the 2 of a half square cancels, weights are those of the forward pass",
          "[derive]") {
  const std::string page = page_of(test::one_relu);
  CHECK(has(page, "(the 2 of the square cancels the ½)"));
  CHECK(has(page, "(w2 from the forward pass, not the updated one)"));
  CHECK_FALSE(has(page_of("param w = 3\nx = 2*w\nL = x**2\n"), "cancels the ½"));
  // nothing is updated: nothing to confuse
  CHECK_FALSE(has(page_of("param w = 3\nparam v = 2\na = w**2\nb = v*a\nL = b**2\n"),
                  "from the forward pass"));
}

TEST_CASE("reasons: a softmax says along which side it sums to 1", "[derive]") {
  CHECK(has(page_of(two_samples("P = softmax(W @ X)\nL = cross_entropy(P, Y)\n")),
            "every column sums to 1"));
  CHECK(has(page_of(two_samples("P = softmax(W @ X)\nL = cross_entropy(P, Y)\n")),
            "Y picks one P per sample: that of the true class"));
  CHECK(has(page_of("param z = [1, 2]\np = softmax(z)\nL = sum(p**2)\n"), "the entries sum to 1"));
}

TEST_CASE("reasons: columns are samples only where data are", "[derive]") {
  const std::string of_inputs = page_of(
      "param X = [[1, 0], [0, 2]]\ninput W = [[1, 2], [3, 4]]\nY = X @ W\nS = sum(Y*Y)\n"
      "grad S wrt X\n");
  CHECK(has(of_inputs, "X[0,0] meets W[0,k] in every column k"));
  CHECK_FALSE(has(of_inputs, "sample"));
  const std::string of_data = page_of(two_samples("Z = W @ X\nL = half_mse(Z, Y)\n"));
  CHECK(has(of_data, "W[0,0] meets X[0,k] in every sample k"));
}

TEST_CASE("reasons: a factor of each column is not said to be added to it", "[derive]") {
  const std::string page = page_of(two_samples("Z = W @ X * b\nL = half_mse(Z, Y)\n"));
  CHECK(has(page, "b multiplies both columns"));
  CHECK_FALSE(has(page, "b was added"));
}

TEST_CASE("softmax and cross-entropy of one sample give p − y", "[derive]") {
  for (const std::string given :
       {"input x = [1, 2]\ninput y = [1, 0]\n", "data x, y in ([1, 2], [1, 0])\n"}) {
    const std::string page = page_of("param W = [[0.1, 0.2], [0.3, 0.4]]\n" + given +
                                     "z = W @ x\np = softmax(z)\nL = cross_entropy(p, y)\n");
    CHECK(has(page, "∂L/∂z = p − y"));
    CHECK_FALSE(has(page, "column sums"));
  }
  // targets that don't sum to 1 keep the sum
  CHECK(
      has(page_of("param z = [1, 2]\ninput y = [1, 1]\np = softmax(z)\nL = cross_entropy(p, y)\n"),
          "column sums of y"));
}

TEST_CASE("batch norm's page has μ, σ², x̂ and the three terms of its gradient", "[derive]") {
  const std::string page = page_of(
      "param W = [[1, 2], [0, 1]]\nparam g = ones(2, 1)\nparam c = zeros(2, 1)\n"
      "data x, y in ([1, 2], 1), ([3, 1], 0), ([0, 2], 1)\nZ = W @ x\nN = batch_norm(Z, g, c)\n"
      "P = sigmoid(sum(N, axis=0))\nL = bce(P, y)\ntrain L with sgd(lr=0.1), batch_size=all\n");
  INFO(page);
  for (const char* part :
       {"μ = the mean of each row of Z, over the batch", "σ² = the mean of each row of (Z − μ)²",
        "x̂ = (Z − μ) ⊘ √(σ² + ε)", "N = γ ⊙ x̂ + β", "row sums of (∂L/∂N ⊙ x̂)",
        "(∂L/∂N − (row means of ∂L/∂N) − x̂ ⊙ row means of (∂L/∂N ⊙ x̂))", "through σ²"}) {
    INFO(part);
    CHECK(page.find(part) != std::string::npos);
  }
}

TEST_CASE("reasons: of a softmax whose argument has no name, and of what it is made of",
          "[derive]") {
  const std::string page = page_of(
      "param W: (k, d)\ninput z: (d)\ninput y: (k) one_hot\np = softmax(W @ z)\n"
      "L = cross_entropy(p, y)\ngrad L wrt W, z\n");
  INFO(page);
  CHECK(has(page, "p[i] = exp s[i] / Σⱼ exp s[j]"));
  CHECK(has(page, "∂L/∂sⱼ  = "));
  CHECK_FALSE(has(page, "sum to 0"));  // (p − y)·zᵀ and Wᵀ·(p − y) need not
  CHECK_FALSE(has(page, "∂zⱼ"));
}

TEST_CASE("a leaf without a number that nothing depends on makes a page in symbols", "[derive]") {
  CHECK(has(page_of("param w = 2\ninput x\nL = w**2\n"), "∂L/∂w = 2·w"));
}

TEST_CASE("reasons: clip at its bound is named as a corner", "[derive]") {
  const DeriveResult result =
      derive(test::lesson("param x = [0, 0.5, 1, 2]\nL = sum(clip(x, 0, 1))\n"), {});
  CHECK(test::gradient(result.derivation.steps.at(0), "x").equation.remarks.at(0) ==
        "3 of 4 entries of x are within the bounds; through the others nothing flows back; 2 "
        "exactly at a bound, a corner: no slope there, 1 is taken by choice");
  CHECK(has(page_of("param x = 1\nL = clip(x, 0, 1)\n"), "it is at a bound, a corner"));
  CHECK_FALSE(has(page_of("param x = 0.5\nL = clip(x, 0, 1)\n"), "corner"));
}

TEST_CASE("forms: what a person would write for gradients of sums, forms and picks", "[derive]") {
  CHECK(has(page_of("param w: (n)\nL = sum(w)\n"), "∂L/∂w = 𝟏\n"));
  CHECK(has(page_of("param w = [1, 2, 3]\nL = sum(w)\n"), "∂L/∂w = 𝟏 = ⎡1⎤"));
  CHECK(has(page_of("param x: (n)\nL = mean(x)\n"), "∂L/∂x = (1/n)·𝟏"));
  CHECK(has(page_of("param A: (n, n)\nparam x: (n)\nL = 0.5 * x.T @ A @ x\n"),
            "∂L/∂x = ½(A + Aᵀ) · x"));
  const std::string picked = page_of("param z = [1, 2, 3]\np = softmax(z)\nL = -log(p[1])\n");
  CHECK(has(picked, "∂L/∂z = p − e₁"));
  CHECK(has(picked, "e₁: 1 at [1], counted from 0, and else 0"));
  CHECK(has(page_of("param z: (3)\np = softmax(z)\nL = -log(p[1])\n"), "∂L/∂z = p − e₁"));
  // the output inside of its loss
  CHECK(has(page_of("param z: (k)\ninput y: (k) one_hot\nL = cross_entropy(softmax(z), y)\n"),
            "∂L/∂z = softmax(z) − y"));
  CHECK(has(page_of("param Z: (k, m)\ninput Y: (k, m) one_hot\nL = cross_entropy(softmax(Z), Y)\n"),
            "∂L/∂Z = (softmax(Z) − Y)/m"));
  CHECK(
      has(page_of("param z: (n)\ninput y: (n)\nL = bce(sigmoid(z), y)\n"), "∂L/∂z = (σ(z) − y)/n"));
  CHECK(has(page_of("param z = 2\ninput y = 1\nL = bce(sigmoid(z), y)\n"), "∂L/∂z = σ(z) − y"));
  const std::string diagonal =
      page_of("param W: (n, n)\nparam d: (n)\ninput x: (n)\nz = diag(d) @ W @ x\nL = sum(z**2)\n");
  CHECK(has(diagonal, "∂L/∂W = diag(d) · ∂L/∂z · xᵀ"));
  CHECK(has(diagonal, "∂L/∂d = ∂L/∂z ⊙ (W·x)"));
  CHECK_FALSE(has(page_of("param w = [3]\ninput x = [-12]\ny = w*x\nL = sum(y)\n"), "−36 = −36"));
}

TEST_CASE("a singular matrix has a determinant's gradient on every page", "[derive]") {
  const std::string lesson = "param A = [[1,2,3],[4,5,6],[7,8,9]]\nL = det(A)\n";
  DeriveOptions ways;
  ways.paths = ways.jacobians = true;
  for (const std::string& page : {page_of(lesson), page_of(lesson, ways)}) {
    INFO(page);
    CHECK(has(page, "∂L/∂A = cof(A)"));
    CHECK(has(page, "⎡−3    6  −3⎤"));
    CHECK(has(page, "where A has an inverse, det(A)·(A⁻¹)ᵀ"));
  }
  CHECK(has(page_of(lesson, ways), "L ← A = cof(A)"));
  // two steps through a determinant of 0
  CHECK(has(page_of("param A = [[1,2],[2,4]]\nd = det(A)\nL = (d - 1)**2\n", ways), "cof(A)"));
}
