// PyTorch's and Keras' names, where their layout is not the lesson's: what is transposed, and how
// that is known of square matrices.
#include <algorithm>

#include "tests/catch.hpp"
#include "tests/claims/claims_of.hpp"
#include "tracer/claims/point.hpp"
#include "tracer/claims/replace_leaves.hpp"
#include "tracer/error.hpp"

using namespace tracer;

namespace {

// Samples are rows: X @ W, with W inputs × outputs. 2-2-3.
const Program& rows_first() {
  static const Program program = lesson(
      "param W1 = [[1, 2], [3, 4]]\nparam b1 = [[0, 1]]\nparam W2 = [[1, 2, 3], [4, 5, 6]]\n"
      "param b2 = [[0, 1, 2]]\ndata X in [[1, 2], [3, 4]], samples=\"rows\"\n"
      "Z = tanh(X @ W1 + b1) @ W2 + b2\nL = sum(Z**2)\n"
      "train L with sgd(lr=0.1), batch_size=all\n");
  return program;
}
const Program& squares() {
  static const Program program = lesson(
      "param W1 = [[1, 2], [3, 4]]\nparam W2 = [[1, 2], [3, 4]]\ninput X = [[1, 2]]\n"
      "L = sum((X @ W1 @ W2)**2)\n");
  return program;
}

const Claim& of(const Claims& claims, const std::string& name) {
  for (const Claim& claim : claims.claims) {
    if (claim.name == name) return claim;
  }
  FAIL("nothing is claimed of " << name);
  throw Error("not reached");
}

bool says(const Claim& claim, const std::string& remark) {
  return std::ranges::count(claim.remarks, remark) > 0;
}

}  // namespace

TEST_CASE("layers: where the weights are transposed, square ones are too", "[claims]") {
  const Claims claims = claimed(rows_first(), R"({"0.weight": [[1, 2], [3, 4]], "0.bias": [7, 8],
      "2.weight": [[1, 4], [2, 5], [3, 6]], "2.bias": [1, 2, 3]})",
                                2);
  CHECK(claims.missing.empty());
  CHECK(of(claims, "W2").values(0, 2) == 3);
  CHECK(says(of(claims, "W2"), "stored as 3×2, the transpose"));
  CHECK(of(claims, "W1").values(0, 1) == 3);
  CHECK(says(of(claims, "W1"), "read transposed, like the others of the file"));
  CHECK(of(claims, "b1").values(0, 1) == 8);
}

TEST_CASE("layers: where the weights are as in the lesson, square ones are too", "[claims]") {
  const Claims claims = claimed(
      rows_first(), R"({"0.weight": [[1, 2], [3, 4]], "2.weight": [[1, 2, 3], [4, 5, 6]]})", 2);
  CHECK(of(claims, "W1").values(0, 1) == 2);
  CHECK(of(claims, "W2").values(0, 2) == 3);
}

TEST_CASE("layers: where all are square, the custom of the library tells", "[claims]") {
  const auto first = [&](const Program& program, const std::string& word) {
    return claimed(
        program, "{\"0." + word + "\": [[1, 2], [3, 4]], \"1." + word + "\": [[5, 6], [7, 8]]}", 1);
  };
  const Claims torch = first(squares(), "weight");
  CHECK(of(torch, "W1").values(0, 1) == 3);
  CHECK(of(torch, "W2").values(0, 1) == 7);
  CHECK(says(of(torch, "W1"), "read transposed, for PyTorch has a weight outputs × inputs"));
  CHECK(of(first(squares(), "kernel"), "W1").values(0, 1) == 2);
  const Program columns = lesson(
      "param W1 = [[1, 2], [3, 4]]\nparam W2 = [[1, 2], [3, 4]]\ninput X = [[1], [2]]\n"
      "L = sum((W2 @ (W1 @ X))**2)\n");
  CHECK(of(first(columns, "weight"), "W1").values(0, 1) == 2);
  const Claims keras = first(columns, "kernel");
  CHECK(of(keras, "W1").values(0, 1) == 3);
  CHECK(says(of(keras, "W1"), "read transposed, for Keras has a kernel inputs × outputs"));
}

TEST_CASE("layers: a net that narrows and widens again is matched in order first", "[claims]") {
  // 3-2-3: each weight fits the other one's place without being turned
  const Program narrow = lesson(
      "param W1 = [[1, 2], [3, 4], [5, 6]]\nparam W2 = [[1, 2, 3], [4, 5, 6]]\n"
      "input X = [[1, 2, 3]]\nL = sum((tanh(X @ W1) @ W2)**2)\n");
  const Claims claims = claimed(
      narrow, R"({"0.weight": [[1, 2, 3], [4, 5, 6]], "2.weight": [[1, 2], [3, 4], [5, 6]]})", 1);
  CHECK(of(claims, "W1").called == "0.weight");
  CHECK(of(claims, "W1").values(2, 0) == 3);
  CHECK(of(claims, "W2").called == "2.weight");
}

TEST_CASE("layers: one of them the wrong way round does not unmatch it", "[claims]") {
  const Claims claims =
      claimed(lesson(small_net),
              R"({"0.weight": [[1, 2, 3], [4, 5, 6]], "2.weight": [[1, 2, 3], [4, 5, 6]]})");
  CHECK(of(claims, "W1").values(2, 0) == 3);
  CHECK(of(claims, "W2").values(0, 2) == 3);
}

TEST_CASE("layers: weight and bias alone are those of the only layer", "[claims]") {
  const Program one = lesson(
      "param W = [[1, 2], [3, 4], [5, 6]]\nparam b = [0, 1, 2]\ninput X = [[1], [2]]\n"
      "L = sum((W @ X + b)**2)\n");
  for (const std::string ending : {"", ".grad"}) {
    const Claims claims = claimed(
        one,
        "{\"weight" + ending + "\": [[1, 2], [3, 4], [5, 6]], \"bias" + ending + "\": [7, 8, 9]}",
        1);
    CHECK(of(claims, "W").values(2, 0) == 5);
    CHECK(of(claims, "b").values(1, 0) == 8);
  }
  const Program numbers = lesson("param w = 1\nparam b = 0\ninput x = 2\nL = (w*x + b)**2\n");
  const Claims claims = claimed(numbers, R"({"weight": [[3]], "bias": [4]})", 1);
  CHECK(of(claims, "w").values(0, 0) == 3);
  CHECK(of(claims, "b").values(0, 0) == 4);
  // of several layers with the same shape it is not known which
  const Program two = lesson(
      "param W1 = [[1, 2], [3, 4]]\nparam W2 = [[1, 2], [3, 4]]\ninput X = [[1], [2]]\n"
      "L = sum((W2 @ (W1 @ X))**2)\n");
  CHECK_THROWS_AS(claimed(two, R"({"weight": [[1, 2], [3, 4]]})", 1), Error);
}

TEST_CASE("layers: values that were computed with are transposed as gradients are", "[claims]") {
  Program program = rows_first();
  const auto remarks = replace_values(
      program,
      parse_named_arrays(R"({"0.weight": [[1, 2], [3, 4]], "2.weight": [[1, 4], [2, 5], [3, 6]]})",
                         "p.json", "p"),
      "p.json");
  CHECK(std::ranges::count(remarks, "0.weight: read transposed, like the others of the file") == 1);
  const Point point = point_of(program, *program.graph(2), {0, 1});
  CHECK(point.at("W1")(0, 1) == 3);
  CHECK(point.at("W2")(0, 2) == 3);
}
