// Functions that are read in a way of their own: comparisons and what they choose, bounds, spreads,
// diagonals, and the constants pi and e. The values are NumPy's and PyTorch's.
#include "tests/catch.hpp"
#include "tests/language/elaborated.hpp"

using namespace tracer;

namespace {

// the value of one line below some inputs
std::string value_of(const std::string& line) {
  const std::string above =
      "input x = [1, -2, 3]\ninput v = [[1, 2, 4]]\ninput A = [[1, 2], [3, 4]]\ninput s = 2\n";
  return text_of(forward(lesson(above + "r = " + line + "\nL = sum(r)\n")).at("r"));
}
std::string mistake_of(const std::string& line) {
  return mistake(
      "input x = [1, -2, 3]\ninput A = [[1, 2], [3, 4]]\ninput s = 2\nparam w = 1\nL = " + line +
      "\n");
}

}  // namespace

TEST_CASE("a comparison is 1 where it holds and 0 where not", "[elaborate][functions]") {
  CHECK(value_of("x > 0") == "[[1], [0], [1]]");
  CHECK(value_of("x >= 1") == "[[1], [0], [1]]");
  CHECK(value_of("x < 3") == "[[1], [1], [0]]");
  CHECK(value_of("x <= -2") == "[[0], [1], [0]]");
  CHECK(value_of("x == 1") == "[[1], [0], [0]]");
  CHECK(value_of("x ≠ 1") == "[[0], [1], [1]]");
  CHECK(value_of("np.greater(A, 2) * A") == "[[0, 0], [3, 4]]");
  CHECK(value_of("(x > 0) * x + 2 * (1 > 2)") == "[[1], [0], [3]]");
  CHECK(value_of("s - 1 < s + 1") == "1");  // below + and − in precedence
}

TEST_CASE("where chooses by a condition, or by what is not 0", "[elaborate][functions]") {
  CHECK(value_of("np.where(x > 0, x, 0)") == "[[1], [0], [3]]");
  CHECK(value_of("x.where(x > 0, -x)") == "[[1], [2], [3]]");
  CHECK(value_of("where(x + 2, 1, 7)") == "[[1], [7], [1]]");
  CHECK(value_of("where(s > 1, A, 0)") == "[[1, 2], [3, 4]]");
  CHECK(mistake_of("sum(where(x > 0, A, 0))") ==
        "where chooses entry by entry, but x > 0 (3×1), A (2×2) and 0 (1×1) differ in shape\n"
        "give all three the same shape; a single number fits every one");
  CHECK(mistake_of("sum(where(x > 0))") ==
        "where with a condition alone gives places, and a place has no slope\n"
        "write where(x > 0, a, b)");
}

TEST_CASE("clip has both bounds or one", "[elaborate][functions]") {
  CHECK(value_of("np.clip(x, -1, 2)") == "[[1], [-1], [2]]");
  CHECK(value_of("torch.clamp(x, min=0)") == "[[1], [0], [3]]");
  CHECK(value_of("x.clip(None, 1)") == "[[1], [-2], [1]]");
  CHECK(value_of("x.clamp_max(1/2)") == "[[1/2], [-2], [1/2]]");
  CHECK(mistake_of("clip(w, 2, 1)") ==
        "the lower bound 2 is above the upper bound 1\nwrite clip(w, 1, 2)");
  CHECK(mistake_of("clip(w, s, 5)") ==
        "a bound is a number, and s is computed\nwrite maximum(w, s)");
  CHECK(mistake_of("clip(w)") == "this has no bound to cut off at\nwrite clip(w, 0, 1)");
}

TEST_CASE("sign, and the step with its value at 0", "[elaborate][functions]") {
  CHECK(value_of("np.sign(x - 1)") == "[[0], [-1], [1]]");
  CHECK(value_of("step(x - 1)") == "[[0], [0], [1]]");
  CHECK(value_of("np.heaviside(x - 1, 0.5)") == "[[1/2], [0], [1]]");
}

TEST_CASE("var and std divide as NumPy's do, and torch's as PyTorch's", "[elaborate][functions]") {
  CHECK(value_of("np.var(v)") == "14/9");
  CHECK(value_of("v.var(ddof=1)") == "7/3");
  CHECK(value_of("torch.var(v)") == "7/3");
  CHECK(value_of("torch.var(v, unbiased=False)") == "14/9");
  CHECK(value_of("torch.var(v, correction=2)") == "14/3");
  CHECK(value_of("var(A, axis=0)") == "[[1, 1]]");
  CHECK(value_of("std(A, axis=1)") == "[[1/2], [1/2]]");
  CHECK(mistake_of("var(w, ddof=1)") ==
        "var of 1 entry divides by 1 − 1\n"
        "it takes more entries, or a smaller ddof: 0 divides by their number");
}

TEST_CASE("products, running sums, diagonals, determinants, inverses", "[elaborate][functions]") {
  CHECK(value_of("prod(A)") == "24");
  CHECK(value_of("np.prod(A, axis=0)") == "[[3, 8]]");
  CHECK(value_of("cumsum(x)") == "[[1], [-1], [2]]");
  CHECK(value_of("np.cumsum(x, axis=0)") == "[[1], [-1], [2]]");
  CHECK(value_of("cumsum(A, axis=1)") == "[[1, 3], [3, 7]]");
  CHECK(value_of("trace(A)") == "5");
  CHECK(value_of("np.diag(v)") == "[[1, 0, 0], [0, 2, 0], [0, 0, 4]]");
  CHECK(value_of("diag(A)") == "[[1], [4]]");
  CHECK(value_of("np.linalg.det(A)") == "-2");
  CHECK(value_of("np.linalg.inv(A)") == "[[-2, 1], [3/2, -1/2]]");
  CHECK(value_of("inv([[0, 1], [1, 0]])") == "[[0, 1], [1, 0]]");  // a pivot of 0 is passed over
  CHECK(mistake_of("sum(inv(x))") ==
        "inv: a square matrix is wanted, with as many rows as columns, and this is 3×1");
  CHECK(mistake_of("sum(cumsum(A))") ==
        "A (2×2) is a matrix, and cumsum needs to know which way to add up\n"
        "write axis=0 for down each column, axis=1 for along each row");
}

TEST_CASE("pi and e are numbers unless a lesson has its own", "[elaborate][functions]") {
  CHECK(value_of("2*pi").starts_with("6.28318530718"));
  CHECK(value_of("math.pi").starts_with("3.14159265359"));
  CHECK(value_of("e**0") == "1");
  CHECK(text_of(forward(lesson("input e = 3\nL = 2*e\n")).at("L")) == "6");
  CHECK(text_of(forward(lesson("input x = 3\ne = x - 1\nL = e**2\n")).at("L")) == "4");
  CHECK(mistake("param w = pi\nL = w\n") ==
        "pi is irrational, and a constant is a rational number\n"
        "a line of its own can compute with it; or define it as exactly as you need it: let pi = "
        "3.14159265358979");
}

TEST_CASE("label smoothing is (1 − ε)·Y + ε/K", "[elaborate][functions]") {
  const std::string above = "input z = [0, 0, 0]\ninput y = [0, 1, 0]\n";
  const auto smooth = [&](const std::string& loss) {
    return text_of(forward(lesson(above + "L = " + loss + "\n")).at("L"));
  };
  // of equal logits every class costs ln 3, whatever its share
  CHECK(smooth("softmax_cross_entropy(z, y, label_smoothing=0.3)") ==
        smooth("softmax_cross_entropy(z, y)"));
  CHECK(smooth("nll(z + [1, 2, 4], y, label_smoothing=0.3)") == "-21/10");
  CHECK(mistake(above + "L = softmax_cross_entropy(z, y, label_smoothing=2)\n") ==
        "label_smoothing is 2\nit must be at least 0 and at most 1");
}

TEST_CASE("targets that come first are said to be so", "[elaborate][functions]") {
  const std::string above = "param W = [[1, 2], [3, 4]]\ninput x = [1, 2]\ninput y = [1, 0]\n";
  CHECK(mistake(above + "L = cross_entropy(y, softmax(W @ x))\n") ==
        "cross_entropy takes the output first and the targets second, and softmax(W @ x) comes of "
        "parameters, y of none\nwrite cross_entropy(softmax(W @ x), y)");
  CHECK(mistake(above + "z = W @ x\nL = softmax_cross_entropy(y, z)\n")
            .ends_with("write softmax_cross_entropy(z, y)"));
  CHECK(mistake(above + "z = sigmoid(W @ x)\nL = bce(y, z)\n").ends_with("write bce(z, y)"));
  CHECK(mistakes(above + "L = mse(y, W @ x)\n") == "");  // the same either way
  CHECK(mistakes("input p = [0.5]\ninput y = [1]\nL = bce(p, y)\n") == "");
}
