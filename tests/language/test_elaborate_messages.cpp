// What the elaborator says of a mistake, whole. Each case stands below the same four leaves.
#include "tests/catch.hpp"
#include "tests/language/elaborated.hpp"

using namespace tracer;

namespace {

constexpr std::string_view leaves =
    "param w = 1\nparam W = [[1, 2], [3, 4], [5, 6]]\ninput X = [[1, 2, 3], [4, 5, 6]]\nparam b = "
    "[1, 2, 3]\n";

struct Case {
  std::string_view lesson;
  std::string_view says;  // the sentence, and after a newline the remedy
};

void check(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    CAPTURE(c.lesson);
    CHECK(mistake(std::string(leaves) + std::string(c.lesson)) == c.says);
  }
}

}  // namespace

TEST_CASE("a mistake is shown with its line, a caret and a remedy", "[elaborate]") {
  CHECK(mistakes("param W1 = zeros(20, 784)\ninput X = zeros(784, 16)\nZ1 = W1*X\nL = sum(Z1)\n") ==
        "test.lesson:3:6: error: W1 (20×784) and X (784×16) can't be multiplied entry by entry\n"
        "  3 | Z1 = W1*X\n"
        "    |      ^~~~\n"
        "  for the matrix product write W1 @ X");
}

TEST_CASE("several mistakes are reported in one run, and none that only follows from another",
          "[elaborate]") {
  const std::string text =
      mistakes("param w = 1\na = w*zz\nb = a + 1\nc = rellu(w)\nL = a + b + c\n");
  CHECK(text ==
        "test.lesson:2:7: error: there is no value called zz\n"
        "  2 | a = w*zz\n"
        "    |       ^~\n"
        "  define it above, e.g. param zz = 1 or input zz = 1\n"
        "test.lesson:4:5: error: there is no function called rellu\n"
        "  4 | c = rellu(w)\n"
        "    |     ^~~~~\n"
        "  did you mean relu?");
}

TEST_CASE("shapes that do not fit are answered with what would fit", "[elaborate]") {
  check({
      {"L = W*X",
       "W (3×2) and X (2×3) can't be multiplied entry by entry\nfor the matrix product write W @ "
       "X"},
      {"L = X + W", "X (2×3) and W (3×2) can't be added\nW.T (2×3) would fit"},
      {"L = W.T + b", "W.T (2×3) and b (3×1) can't be added\nb.T (1×3) would fit"},
      {"L = b/X", "b (3×1) and X (2×3) can't be divided entry by entry\nb.T (1×3) would fit"},
      {"L = X ** W",
       "X (2×3) and W (3×2) can't be raised to a power entry by entry\nW.T (2×3) would fit"},
      {"L = X - zeros(5, 4)", "X (2×3) and zeros(5, 4) (5×4) can't be subtracted"},
      {"L = W @ b",
       "W (3×2) and b (3×1) can't be multiplied as matrices: 2 columns against 3 rows\nW.T @ b "
       "would fit"},
      {"L = b @ W",
       "b (3×1) and W (3×2) can't be multiplied as matrices: 1 column against 3 rows\nb.T @ W "
       "would fit"},
      {"L = X @ X",
       "X (2×3) and X (2×3) can't be multiplied as matrices: 3 columns against 2 rows\n"
       "X @ X.T would fit; for the product entry by entry write X * X"},
      {"L = w @ X",
       "w (1×1) and X (2×3) can't be multiplied as matrices: 1 column against 2 rows\n"
       "to multiply by a number write w * X"},
      {"L = (X - 1) @ (X*2)",
       "(X - 1) (2×3) and (X*2) (2×3) can't be multiplied as matrices: 3 columns against 2 rows\n"
       "(X - 1) @ (X*2).T would fit; for the product entry by entry write (X - 1) * (X*2)"},
      {"L = np.dot(W, b)",
       "W (3×2) and b (3×1) can't be multiplied as matrices: 2 columns against 3 rows\nW.T @ b "
       "would fit"},
      {"L = maximum(W, X)",
       "W (3×2) and X (2×3) can't be compared entry by entry\nX.T (3×2) would fit"},
      {"L = mse(X, W)",
       "mse compares entry by entry, but X (2×3) and W (3×2) differ in shape\nW.T (2×3) would fit"},
      {"L = cross_entropy(softmax(X), b)",
       "cross_entropy compares entry by entry, but softmax(X) (2×3) and b (3×1) differ in shape\n"
       "the target holds one entry for every class and sample (one-hot)"},
      {"L = reshape(X, 4, 2)",
       "X (2×3) has 6 entries, which don't fill 4×2\nthe number of entries stays; one size may be "
       "-1"},
      {"L = concat(W, X)", "concat: 3×2 and 2×3 can't be put below each other"},
      {"L = dropout(X, mask=W)",
       "the mask is 3×2, but X is 2×3\na mask has one entry, 0 or 1, for every entry of what it "
       "masks"},
      {"L = W @ X",
       "L is 3×3; a loss must be a single number\naverage it, e.g. mean(L) or mse(...); or name "
       "another line: grad NAME"},
  });
}

TEST_CASE("names that are unknown, too early or taken are answered with a way out", "[elaborate]") {
  check({
      {"L = zz", "there is no value called zz\ndefine it above, e.g. param zz = 1 or input zz = 1"},
      {"weights = w\nL = weigths*2", "there is no value called weigths\ndid you mean weights?"},
      {"L = w*relu", "relu is a function, not a value\ncall it: relu(...)"},
      {"L = a*2\na = w", "a is defined further down, in line 6\nmove line 6 up, above this one"},
      {"a = c*2\nc = a*w\nL = c",
       "a needs c, and c (line 6) needs a: that goes round in a circle\na line may use only what "
       "stands above it"},
      {"L = L + 1", "L is used in its own definition\na line may use only what stands above it"},
      {"w = relu(w)",
       "w is defined already, in line 1\na name is assigned once: call this one w2, and write w2 "
       "below it"},
      {"z1 = w\nz1 = z1*2",
       "z1 is defined already, in line 5\na name is assigned once: call this one z1_2, and write "
       "z1_2 below it"},
      {"input w = 2",
       "w is defined already, in line 1\na name is defined once: call this one w2, or take one of "
       "the two away"},
      {"L = w(3)", "w is a value, and is called like a function\nto multiply write w*(...)"},
      {"train M with sgd(1)", "there is no value called M\nthe lesson defines W, X, b, w"},
      {"L = w\nexpect l = 3", "there is no value called l\ndid you mean L?"},
  });
}

TEST_CASE("functions say what they take", "[elaborate]") {
  check({
      {"L = rellu(w)", "there is no function called rellu\ndid you mean relu?"},
      {"L = relu(w, 2)", "relu takes 1 argument, got 2"},
      {"L = mse(w)", "mse takes 2 arguments, got 1"},
      {"L = W.dot()", "dot takes 1 argument, got 0"},
      {"L = softmax(w, axs=0)", "softmax has no option axs\ndid you mean axis?"},
      {"L = relu(w, axis=0)", "relu has no option axis\nit has none"},
      {"L = sum(X, axis=2)",
       "there is no axis 2\neverything is a matrix: axis 0 runs down each column, axis 1 along "
       "each row"},
      {"L = norm(w, ord=1)", "only the norm of order 2 is known\nfor order 1 write sum(abs(x))"},
      {"L = kaiming(3, 2)",
       "kaiming draws the first value of a leaf, and has no place in a formula\ndeclare it above: "
       "param W = kaiming(...)"},
      {"L = dropout(X, 1)", "the probability to drop is 1\nit must be at least 0 and below 1"},
      {"L = sum(batch_norm(b, 1, 0))",
       "batch_norm needs more than one sample: its statistics run over the batch\n"
       "train with batch_size=2 or more, or use --mode eval"},
      {"Z = W @ X\nL = cross_entropy(Z, Z)",
       "cross_entropy takes probabilities, and Z is a sum of products: logits\n"
       "write softmax_cross_entropy(Z, Z), or cross_entropy(softmax(Z), Z)"},
      {"z = w*3 + 1\nL = bce(z, 1)",
       "bce takes probabilities, and z is a sum of products: logits\n"
       "write bce_with_logits(z, 1), or bce(sigmoid(z), 1)"},
      {"L = \"abc\"", "\"abc\" has no value in a formula\nnumbers and names have"},
      {"L = (1, 2)", "a tuple has no value in a formula\na list has: [1, 2]"},
      {"L = sum([w, 2])",
       "a list in a formula holds numbers, and w is not a constant\nconcat(a, b) puts one value "
       "below the other"},
  });
  CHECK(mistake(std::string(leaves) + "L = bce(sigmoid(w) + 1e-8, 1)").empty());
}

TEST_CASE("indices are checked against the shape", "[elaborate]") {
  check({
      {"L = W[3, 0]",
       "index 3 is out of range: there are 3 rows\nindices count from 0, the last is 2"},
      {"L = W[0, -3]",
       "index -3 is out of range: there are 2 columns\nindices count from 0, the last is 1"},
      {"L = w[1]",
       "index 1 is out of range: there is 1 entry\nindices count from 0: the only one is 0"},
      {"L = W[0, 0, 0]", "a matrix has two indices, not 3"},
      {"L = W[0.5, 0]", "an index must be a whole number, not 1/2"},
      {"L = W[0:3:2, 0]", "a range with a step can't be taken\ntake whole ranges: A[a:b, c:d]"},
      {"L = W[2:1, 0]", "this range takes none of the 3 rows"},
      {"L = X.foo", "there is no .foo here\nthere are .T, .shape[0], .shape[1] and .size"},
      {"L = X.shape",
       "a shape is two numbers, and a formula needs one\nwrite X.shape[0] for the rows, X.shape[1] "
       "for the columns"},
      {"L = w/X.shape[2]",
       "a shape has no entry 2\neverything is a matrix: 0 for the rows, 1 for the columns"},
  });
}

TEST_CASE("numbers that have no value are reported where they stand", "[elaborate]") {
  check({
      {"L = w*(1/0)", "this divides by 0"},
      {"L = w/0", "this divides by 0"},
      {"L = w*2**(10**9)",
       "this power has more than a million bits\nwrite a decimal such as 1e30 in its place"},
      {"L = w*(-8)**0.5", "-8 to the power 1/2 has no value"},
      {"let c = 2**0.5",
       "2**0.5 is irrational, and a constant is a rational number\na line of its own can compute "
       "it, or write a decimal"},
      {"let c = w",
       "w is not a constant, and a constant is wanted here\na constant is made with let: let n = "
       "3"},
      {"let c = 3*W[0, 0]",
       "a number is wanted here, and W[0, 0] is none\n"
       "numbers, their arithmetic and let names are known beforehand; all else only when the "
       "lesson runs"},
  });
}
