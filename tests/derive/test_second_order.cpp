// derive --order 2: Hessians in formulas and in numbers, against closed forms.
#include <fmt/format.h>

#include "tests/catch.hpp"
#include "tests/derive/page_of.hpp"
#include "tracer/error.hpp"

using namespace tracer;
using tracer::has;

namespace {

std::string second(const std::string& text) {
  DeriveOptions options;
  options.order = 2;
  const std::string page = test::page_of(text, options);
  const auto at = page.find("Second derivatives");
  REQUIRE(at != std::string::npos);
  return page.substr(at);
}

}  // namespace

TEST_CASE("second order: what is linear in v is taken apart into a matrix", "[derive]") {
  CHECK(has(second("param w: (d)\ninput X: (m, d)\ninput y: (m)\np = sigmoid(X @ w)\n"
                   "L = bce(p, y)\n"),
            "∂²L/∂w² = (1/m) · Xᵀ · diag(p ⊙ (1 − p)) · X"));
  CHECK(has(second("param w: (d)\ninput X: (m, d)\ninput y: (m)\ne = X@w - y\n"
                   "L = sum(e**2)/(2*m)\n"),
            "∂²L/∂w² = (1/m)·Xᵀ·X"));
  // samples in columns, the product turned
  CHECK(has(second("param w: (d)\ninput X: (d, m)\ninput y: (1, m)\np = sigmoid(w.T @ X)\n"
                   "L = bce(p, y)\n"),
            "· X · diag(p ⊙ (1 − p)) · Xᵀ"));
  CHECK(has(second("param z: (k)\ninput y: (k) one_hot\np = softmax(z)\nL = cross_entropy(p, y)\n"),
            "∂²L/∂z² = diag(p) − p·pᵀ"));
}

TEST_CASE("second order: the cosine of two vectors, terms of the same matrices added up",
          "[derive]") {
  const std::string page =
      second("param u: (n)\nparam v: (n)\nL = u.T @ v / (norm(u) * norm(v))\n");
  INFO(page);
  CHECK(has(page, "∂²L/∂u²  = (3·uᵀ·v/(‖v‖ · ‖u‖⁵)) · u · uᵀ − (1/(‖v‖ · ‖u‖³)) · u · vᵀ"));
  CHECK(has(page, "− (uᵀ·v/(‖v‖ · ‖u‖³)) · I − (1/(‖v‖ · ‖u‖³)) · v · uᵀ"));
  CHECK(has(second("param d: (n)\nparam x: (n)\nz = diag(d) @ x\nL = sum(z**2)\n"),
            "∂²L/∂x²  = 2 · diag(d²)"));
}

TEST_CASE("second order: numbers are those of the closed forms", "[derive]") {
  // ∂²/∂x² = 2 − 400(y − x²) + 800x², ∂²/∂x∂y = −400x, ∂²/∂y² = 200
  for (int x = -3; x <= 3; ++x) {
    for (int y = -2; y <= 4; y += 2) {
      const std::string page = second(
          fmt::format("param x = {}\nparam y = {}\nf = (1-x)**2 + 100*(y - x**2)**2\n", x, y));
      const int xx = 2 - 400 * (y - x * x) + 800 * x * x;
      CAPTURE(x, y, page);
      const auto text = [](int n) { return (n < 0 ? "−" : "") + std::to_string(std::abs(n)); };
      CHECK(has(page, "= " + text(xx)));
      CHECK(has(page, "200"));
      const long long determinant = 200LL * xx - 160000LL * x * x;
      CHECK(has(page, determinant > 0   ? "positive definite"
                      : determinant < 0 ? "indefinite"
                                        : "semidefinite"));
    }
  }
  // logistic regression, computed in double beside it
  const std::string logistic = second(
      "param w = [1,2]\nparam b = 0.5\ninput X = [[1,2,3],[0,1,0]]\ninput y = [[0,1,1]]\n"
      "p = sigmoid(w.T@X + b)\nL = bce(p, y)\n");
  for (const char* entry : {"0.1495628620", "0.007244153148", "0.08541266105", "0.003622076574",
                            "0.06282190189", "positive definite"})
    CHECK(has(logistic, entry));
}

TEST_CASE("second order: what is proved of a Hessian, and what is not", "[derive]") {
  CHECK(has(second("param x = 0\nparam y = 0\nf = x*y\n"), "indefinite"));
  CHECK(has(second("param W = [[1,2],[0,1]]\ninput x = [1,2]\nL = sum((W@x)**2)\n"),
            "positive semidefinite"));
  CHECK(has(second("param x = 2\nL = -x**2\n"), "negative: concave here"));
  CHECK(has(second("param x = [1, 2]\nL = sum(x)\n"), "linear here"));
  // a singular matrix of irrational numbers: no interval proves its zero
  const std::string softmax =
      second("param z = [1,2,0]\ninput y = [0,1,0]\np = softmax(z)\nL = cross_entropy(p, y)\n");
  CHECK_FALSE(has(softmax, "definite"));
}

TEST_CASE("second order: what no page holds is refused with what to do", "[derive]") {
  CHECK_THROWS_WITH(second("param W = uniform(20, 20)\nL = sum(W**2)\n"),
                    Catch::Matchers::Contains("the Hessian of 400 numbers has 160000 entries"));
  CHECK_THROWS_WITH(second("param a = 1\nparam b = 1\nparam c = 1\nparam d = 1\nparam e1 = 1\n"
                           "param f = 1\nparam g = 1\nL = a*b*c*d*e1*f*g\n"),
                    Catch::Matchers::Contains("ask for some of them with --wrt"));
}

TEST_CASE("second order: of a determinant, singular or not", "[derive]") {
  // ∂²det/∂a∂d = 1, ∂²det/∂b∂c = −1
  for (const char* entries : {"[[1, 2], [4, 5]]", "[[1, 2], [2, 4]]", "[[0, 0], [0, 0]]"}) {
    INFO(entries);
    const std::string page = second(fmt::format("param A = {}\nL = det(A)\n", entries));
    CHECK(has(page, "H = ⎡0   0   0  1⎤"));
    CHECK(has(page, "⎢0   0  −1  0⎥"));
  }
  CHECK(has(second("param A: (n, n)\nL = det(A)\n"),
            "((Σ cof(A) ⊙ v) · cof(A) − cof(A) · vᵀ · cof(A))/det(A)"));
  CHECK(has(second("param A = [[1, 2], [2, 4]]\nL = det(A)\n"), "cof′(A, v)"));
  // of rank 1 in three dimensions the Hessian is there, and of det² it is twice cof·cofᵀ = 0
  const std::string squared = second("param A = [[1,2,3],[2,4,6],[1,1,1]]\nL = det(A)**2\n");
  CHECK(has(squared, "positive semidefinite"));
}

TEST_CASE("second order: of a product with a 0 among its factors", "[derive]") {
  const std::string one = second("param x = [0, 2, 3]\nL = prod(x)\n");
  INFO(one);
  CHECK(has(one, "others′(x, v)"));
  CHECK(has(one, "⎡0  3  2⎤"));
  CHECK(has(one, "⎢3  0  0⎥"));
  CHECK(has(second("param x = [0, 0, 3]\nL = prod(x)\n"), "⎡0  3  0⎤"));
  CHECK(has(second("param x = [2, 2, 2]\nL = prod(x)\n"),
            "(1/x) · others(x)ᵀ − diag(others(x) ⊘ x)"));
}

TEST_CASE("second order: at a corner that has none it is said where and why", "[derive]") {
  CHECK_THROWS_WITH(
      second("param x = [2, 2]\ns = std(x)\nL = s**2 + s\n"),
      Catch::Matchers::Contains("lesson:2:1: error: --order 2: std is at its corner, all entries "
                                "equal: ∂²L/∂x² has no value there") &&
          Catch::Matchers::Contains("give other values, in the lesson or with --set"));
  CHECK_THROWS_WITH(second("param x = [0, 0]\nL = norm(x)\n"),
                    Catch::Matchers::Contains("norm is at its corner, x = 0"));
  CHECK_THROWS_WITH(second("param x = 0\nL = x**1.5\n"),
                    Catch::Matchers::Contains("∂²L/∂x² has no value here"));
}

TEST_CASE("second order: the direction has a name of its own, and a mask may be a literal",
          "[derive]") {
  CHECK(has(second("param v = [[1, 1]]\nparam w = [1, 2]\ny = v @ w\nL = y**2\n"),
            "⎢"));  // the 4×4 Hessian
  CHECK(has(second("param w = [1, 2]\nparam u = [[1, 1]]\nd = dropout(w, 0.5, mask=[1, 0])\n"
                   "y = u @ d\nL = y**2\n"),
            "H"));
}
