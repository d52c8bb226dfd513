// Names and shapes of claims, matched to a lesson's.
#include "tests/catch.hpp"
#include "tests/claims/claims_of.hpp"
#include "tracer/error.hpp"

using namespace tracer;

namespace {

const Program& net() {
  static const Program program = lesson(small_net);
  return program;
}
using Remarks = std::vector<std::string>;

std::string with_w1(const std::string& value) { return "{\"dL/dW1\": " + value + "}"; }

}  // namespace

TEST_CASE("a gradient is understood by every usual name", "[claims]") {
  for (const std::string name :
       {"dL/dW1",   "∂L/∂W1",  "dL_dW1",  "dLdW1",     "d L / d W1", "dloss/dW1", "dJ/dW1",
        "dW1",      "d_W1",    "gW1",     "g_W1",      "grad_W1",    "gradW1",    "grad W1",
        "grad(W1)", "W1.grad", "W1_grad", "W1",        "w1",         "dw1",       "W_1",
        "dW[1]",    "∇W1",     "W₁",      "d(L)/d(W1)"}) {
    CAPTURE(name);
    const Claims claims = claimed(net(), "{\"" + name + "\": [[1, 2], [3, 4], [5, 6]]}");
    CHECK(names_in(claims) == "grad W1");
    CHECK(claims.claims[0].called == name);
    CHECK(claims.claims[0].values(2, 0) == 5);
    CHECK(claims.missing == std::vector<std::string>{"b1", "W2", "b2"});
  }
}

TEST_CASE("a named line's own name is its value, and its gradient where that is said", "[claims]") {
  const std::string z = "[[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]]";
  CHECK(names_in(claimed(net(), "{\"Z1\": " + z + ", \"dZ1\": " + z + ", \"L\": 1}")) ==
        "Z1, grad Z1, L");
  CHECK(names_in(claimed(net(), "{\"loss\": 0.5, \"output\": [[1,2,3,4],[5,6,7,8]]}")) == "L, P");
  CHECK(names_in(claimed(net(), "{\"grads\": {\"Z1\": " + z + "}}")) == "grad Z1");
}

TEST_CASE("what a claim was computed at is no claim", "[claims]") {
  const Claims claims = claimed(net(), R"({"params": {"b2": [1, 2]}, "data": {"X": 1},
                                           "grads": {"b2": [3, 4]}, "X": [[1, 2]]})");
  CHECK(names_in(claims) == "grad b2");
  CHECK(claims.claims[0].values(0, 0) == 3);
  CHECK(claims.ignored == std::vector<std::string>{"b2", "X", "X"});
  CHECK(names_in(claimed(net(), R"({"params": {"b2": [1, 2]}})")) == "grad b2");
}

TEST_CASE("large and small letters decide where both are names", "[claims]") {
  const Program both = lesson("param w = 1\nparam W = [[1, 2]]\nL = sum(w*W)\n");
  CHECK(names_in(claimed(both, R"({"dw": 1, "dW": [[1, 2]]})", 1)) == "grad w, grad W");
  // a value called as a gradient is that value
  const Program named = lesson("param w = 1\ndw = 2*w\nL = dw**2\n");
  CHECK(names_in(claimed(named, R"({"dw": 1, "w": 2})", 1)) == "dw, grad w");
}

TEST_CASE("a loss with one entry a sample, claimed as one number, is their mean", "[claims]") {
  const Program program = lesson(
      "param w = 1\ndata x, y in (1, 2), (3, 5)\nL = (w*x - y)**2\n"
      "train L with sgd(lr=0.1), batch_size=all\n");
  CHECK(names_in(claimed(program, R"({"L": 2.5})", 2)) == "mean(L)");
  CHECK(names_in(claimed(program, R"({"L": [1, 4]})", 2)) == "L");
  CHECK(names_in(claimed(program, R"({"dL/dw": -7})", 2)) == "grad w");
  CHECK(names_in(claimed(program, R"({"L": 2.5})", 1)) == "L");
}

TEST_CASE("shapes: the transpose, flat lists and sides of 1 are recognised and said", "[claims]") {
  const auto w1 = [](const std::string& value) {
    Claims claims = claimed(net(), with_w1(value));
    CHECK(claims.claims[0].values.rows() == 3);
    CHECK(claims.claims[0].values.cols() == 2);
    CHECK(claims.claims[0].values(1, 0) == 3);
    return claims.claims[0].remarks;
  };
  CHECK(w1("[[1, 2], [3, 4], [5, 6]]") == Remarks{});
  CHECK(w1("[[1, 3, 5], [2, 4, 6]]") == Remarks{"stored as 2×3, the transpose"});
  CHECK(w1("[1, 2, 3, 4, 5, 6]") == Remarks{"stored as a flat list of 6, read row by row"});
  CHECK(w1("[[1], [2], [3], [4], [5], [6]]") ==
        Remarks{"stored as a flat list of 6, read row by row"});
  CHECK(w1("[[[1, 2], [3, 4], [5, 6]]]") == Remarks{});
  for (const std::string b : {"[1, 2, 3]", "[[1], [2], [3]]", "[[[1], [2], [3]]]"}) {
    CAPTURE(b);
    const Claims claims = claimed(net(), "{\"db1\": " + b + "}");
    CHECK(claims.claims[0].values(2, 0) == 3);
    CHECK(claims.claims[0].remarks == Remarks{});
  }
  CHECK(claimed(net(), "{\"db1\": [[1, 2, 3]]}").claims[0].remarks ==
        Remarks{"stored as 1×3, the transpose"});
  // a square one can't be told, and is taken as it is
  const Program square = lesson("param W = [[1, 2], [3, 4]]\nL = sum(W**2)\n");
  CHECK(claimed(square, R"({"dW": [[1, 2], [3, 4]]})", 1).claims[0].values(0, 1) == 2);
}

TEST_CASE("shapes that don't fit are an error with both shapes and a way out", "[claims]") {
  CHECK_THROWS_WITH(claimed(net(), with_w1("[[1, 2, 3, 4], [1, 2, 3, 4]]")),
                    "dL/dW1 is 2×4 in c.json, W1 is 3×2 in the lesson; a gradient has the shape of "
                    "what it belongs to; if your W1 is 2×4, change the lesson, or hand it over "
                    "with --params");
  CHECK_THROWS_WITH(claimed(net(), R"({"db1": [1, 2]})"),
                    "db1 is a list of 2 in c.json, b1 is 3×1 in the lesson; it would fit b2: are "
                    "two of the arrays swapped?");
  CHECK_THROWS_WITH(claimed(net(), R"({"P": [[1, 2, 3], [4, 5, 6]]})"),
                    "P is 2×3 in c.json, P is 2×4 in the lesson; the batch has 4 samples: claim "
                    "the same ones, or hand over yours with --data");
  CHECK_THROWS_AS(claimed(net(), R"({"L": [1, 2]})"), Error);
}

TEST_CASE("a bias that was not summed over the batch is kept, for it is a mistake to name",
          "[claims]") {
  const auto check = [](const Claim& claim) {
    REQUIRE(claim.unsummed.rows() == 3);
    REQUIRE(claim.unsummed.cols() == 4);
    CHECK(claim.unsummed(1, 0) == 5);
    CHECK(claim.unsummed(0, 3) == 4);
    CHECK(claim.values(1, 0) == 26);
    CHECK(claim.values.rows() == 3);
    CHECK_FALSE(claim.one_for_all);
  };
  const Claims claims = claimed(net(), R"({"db1": [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]]})");
  check(claims.claims[0]);
  CHECK(claims.claims[0].remarks ==
        Remarks{"has a gradient for each of the 4 samples (3×4): not summed over the batch"});
  check(claimed(net(), R"({"db1": [[1, 5, 9], [2, 6, 10], [3, 7, 11], [4, 8, 12]]})").claims[0]);
  // as many units as samples: the lesson's layout says which are which
  const std::string square = "param b = [1, 2]\ndata X = [[1, 2], [3, 4]]";
  const std::string rest = "\nL = sum((X + b)**2)\ntrain L with sgd(lr=0.1), batch_size=all\n";
  const std::string each_sample = R"({"db": [[1, 2], [3, 4]]})";
  CHECK(claimed(lesson(square + rest), each_sample, 2).claims[0].unsummed(0, 1) == 2);
  CHECK(claimed(lesson(square + ", samples=\"rows\"" + rest), each_sample, 2)
            .claims[0]
            .unsummed(0, 1) == 3);
  const Program scalar = lesson(
      "param w = 1\ndata x in 1, 2, 3\nL = mean((w*x)**2)\n"
      "train L with sgd(lr=0.1), batch_size=all\n");
  const Claims each = claimed(scalar, R"({"dw": [1, 2, 3.5]})", 3);
  CHECK(each.claims[0].unsummed.cols() == 3);
  CHECK(each.claims[0].values(0, 0) == 6.5);
}

TEST_CASE("a matrix with one gradient a sample is kept too", "[claims]") {
  const Claims claims = claimed(
      net(),
      R"({"dW1": [[[1, 2], [3, 4], [5, 6]], [[0, 0], [0, 0], [0, 0]], [[1, 0], [0, 0], [0, 0]], [[0, 0], [0, 0], [0, 1]]]})");
  const Claim& claim = claims.claims[0];
  REQUIRE(claim.unsummed.rows() == 6);
  REQUIRE(claim.unsummed.cols() == 4);
  CHECK(claim.unsummed(1, 0) == 3);  // column by column
  CHECK(claim.values(0, 0) == 2);
  CHECK(claim.values(2, 1) == 7);
  CHECK(claim.values(0, 1) == 2);
}

TEST_CASE("a bias summed over everything, or over its units, is kept too", "[claims]") {
  const Claims one = claimed(net(), R"({"db1": 2.5})");
  CHECK(one.claims[0].one_for_all);
  CHECK((one.claims[0].values == 2.5L).all());
  CHECK(one.claims[0].remarks == Remarks{"is one number for all 3 entries"});
  const Claims units = claimed(net(), R"({"db1": [1, 2, 3, 4]})");
  CHECK(units.claims[0].summed_over_units.cols() == 4);
  CHECK(units.claims[0].summed_over_units(0, 3) == 4);
  CHECK(units.claims[0].remarks ==
        Remarks{"has 4 entries, one a sample, where b1 has 3: summed over the units"});
}

TEST_CASE("without a loss, a bias that was not summed over the samples is kept too", "[claims]") {
  const std::string given = "param W = [[1, 2], [3, 4]]\nparam b = ";
  const Program columns =
      lesson(given +
             "[1, 2]\ninput X = [[1, 2, 3], [4, 5, 6]]\ninput dY = [[1, 0, 1], [2, 1, 0]]\n"
             "Y = W @ X + b\ngrad Y wrt W, b with dY\n");
  const Claims each = claimed(columns, R"({"dL/db": [[1, 0, 1], [2, 1, 0]]})", 1);
  REQUIRE(each.claims[0].unsummed.cols() == 3);
  CHECK(each.claims[0].unsummed(1, 0) == 2);
  CHECK(each.claims[0].values(0, 0) == 2);
  CHECK(each.claims[0].values(1, 0) == 3);
  CHECK(each.claims[0].remarks ==
        Remarks{"has a gradient for each of the 3 samples (2×3): not summed over the batch"});
  const Claims units = claimed(columns, R"({"dL/db": [3, 1, 1]})", 1);
  REQUIRE(units.claims[0].summed_over_units.cols() == 3);
  const Program rows =
      lesson(given +
             "[[1, 2]]\ninput X = [[1, 4], [2, 5], [3, 6]]\ninput dY = [[1, 2], [0, 1], [1, 0]]\n"
             "Y = X @ W + b\ngrad Y wrt W, b with dY\n");
  const Claims each_row = claimed(rows, R"({"dL/db": [[1, 2], [0, 1], [1, 0]]})", 1);
  REQUIRE(each_row.claims[0].unsummed.cols() == 3);
  CHECK(each_row.claims[0].unsummed(1, 0) == 2);
  CHECK(claimed(rows, R"({"dL/db": [3, 1, 1]})", 1).claims[0].summed_over_units.cols() == 3);
}

TEST_CASE("names that PyTorch gives are matched by order and shape", "[claims]") {
  const std::string w1 = "[[1, 2], [3, 4], [5, 6]]", b1 = "[1, 2, 3]",
                    w2 = "[[1, 2, 3], [4, 5, 6]]", b2 = "[7, 8]";
  for (const auto& [one, two] : std::vector<std::pair<std::string, std::string>>{
           {"fc1", "fc2"}, {"0", "2"}, {"layers.2", "layers.10"}, {"hidden", "out"}}) {
    CAPTURE(one);
    for (const std::string ending : {"", ".grad"}) {
      const Claims claims =
          claimed(net(), "{\"" + one + ".weight" + ending + "\": " + w1 + ", \"" + one + ".bias" +
                             ending + "\": " + b1 + ", \"" + two + ".weight" + ending +
                             "\": " + w2 + ", \"" + two + ".bias" + ending + "\": " + b2 + "}");
      CHECK(claims.missing.empty());
      CHECK(claims.ignored.empty());
      for (const Claim& claim : claims.claims) {
        const bool is_first = claim.called.starts_with(one);
        const bool is_weight = claim.called.find("weight") != std::string::npos;
        CHECK(claim.name == (is_weight ? "W" : "b") + std::string(is_first ? "1" : "2"));
        CHECK(claim.remarks.back() ==
              claim.called + " is taken for " + claim.name + ", by order and shape");
      }
    }
  }
}

TEST_CASE("PyTorch's order is that of the layers' numbers; without one shapes decide", "[claims]") {
  const Program deep = lesson(
      "param W1 = [[1, 2], [3, 4]]\nparam W2 = [[1, 2], [3, 4]]\nparam W3 = [[1, 2], [3, 4]]\n"
      "data X in [1, 2], [3, 4]\nZ = W3 @ (W2 @ (W1 @ X))\nL = sum(Z**2)\n");
  const Claims claims = claimed(
      deep, R"({"10.weight": [[3,0],[0,0]], "0.weight": [[1,0],[0,0]], "2.weight": [[2,0],[0,0]]})",
      1);
  REQUIRE(claims.claims.size() == 3);
  for (const Claim& claim : claims.claims)
    CHECK(claim.name == "W" + std::to_string(static_cast<int>(claim.values(0, 0))));
  const Claims one = claimed(net(), R"({"out.weight": [[1, 2, 3], [4, 5, 6]]})");
  CHECK(names_in(one) == "grad W2");
}

TEST_CASE("PyTorch's batch normalisation is gamma and beta", "[claims]") {
  const Program norm = lesson(
      "param W1 = [[1, 2], [3, 4]]\nparam b1 = [0, 0]\nparam gamma = [1, 1]\nparam beta = [0, 0]\n"
      "data X in [1, 2], [3, 5]\nA = batch_norm(W1 @ X + b1, gamma, beta)\nL = sum(A**2)\n"
      "train L with sgd(lr=0.1), batch_size=all\n");
  const Claims claims =
      claimed(norm,
              R"({"bn.bias": [4, 4], "bn.weight": [3, 3], "fc.bias": [2, 2], "fc.weight":
                  [[1, 2], [3, 4]], "bn.running_mean": [0, 0], "bn.num_batches_tracked": 3})",
              2);
  for (const Claim& claim : claims.claims) {
    CAPTURE(claim.called);
    CHECK(claim.name == (claim.called == "bn.bias"     ? "beta"
                         : claim.called == "bn.weight" ? "gamma"
                         : claim.called == "fc.bias"   ? "b1"
                                                       : "W1"));
  }
  CHECK(claims.claims.size() == 4);
  CHECK(claims.ignored.size() == 2);
}

TEST_CASE("names that belong to nothing: ignored, or a misspelling", "[claims]") {
  const Claims claims = claimed(net(), R"({"db2": [1, 2], "accuracy": 0.9, "lr": 0.1, "W3": 5})");
  CHECK(names_in(claims) == "grad b2");
  CHECK(claims.ignored == std::vector<std::string>{"accuracy", "lr", "W3"});
  const Program greek = lesson("param weight_one = 1\nparam v = 2\nL = v*weight_one**2\n");
  CHECK_THROWS_WITH(claimed(greek, R"({"dv": 1, "dL/dwieght_one": 2})", 1),
                    "c.json: 'dL/dwieght_one' is no value of test.lesson, which has a parameter "
                    "weight_one; did you mean dL/dweight_one?");
  // a value of the lesson is no misspelling of a parameter
  const Program alike = lesson("param weight = 1\ninput weights = 2\nL = weight*weights**2\n");
  CHECK(claimed(alike, R"({"L": 4, "weights": 2})", 1).ignored ==
        std::vector<std::string>{"weights"});
  CHECK_THROWS_WITH(
      claimed(net(), R"({"alpha": 1, "epoch": 2})"),
      "c.json: alpha, epoch belong to nothing in test.lesson, whose parameters are W1, "
      "b1, W2, b2; call their gradients dL/dW1 and so on");
}

TEST_CASE("arrays that np.savez got without names say how to name them", "[claims]") {
  CHECK_THROWS_WITH(
      claimed(net(), R"({"arr_0": [[1, 2], [3, 4], [5, 6]], "arr_1": 1})"),
      "c.json: arr_0, arr_1 belong to nothing in test.lesson, whose parameters are W1, "
      "b1, W2, b2; name them, as in np.savez(file, **{\"dL/dW1\": ...})");
}

TEST_CASE("two arrays for one value are an error", "[claims]") {
  CHECK_THROWS_WITH(claimed(net(), R"({"db2": [1, 2], "b2.grad": [1, 2]})"),
                    "c.json: db2 and b2.grad are both the gradient with respect to b2; leave one "
                    "of them out");
}

TEST_CASE("the precision is that of the storage, unless it is said", "[claims]") {
  CHECK(claimed(net(), R"({"db2": [1, 2]})").claims[0].precision.name == "float64");
  CHECK(claimed(net(), R"({"db2": [1, 2]})", 4, {"c.json", precision_of("bf16")})
            .claims[0]
            .precision.name == "bf16");
}

TEST_CASE("half a unit goes where its number goes", "[claims]") {
  const Claims claims = claimed(net(), with_w1("[[0.123457, 1.23457e-3, 1], [1, 1, 1]]"));
  CHECK(static_cast<double>(claims.claims[0].half_unit(0, 0)) == 5e-7);
  CHECK(static_cast<double>(claims.claims[0].half_unit(1, 0)) == 5e-9);
}

TEST_CASE("an upstream gradient: the layer's own arguments are claimed", "[claims]") {
  const Program layer = lesson(
      "param W = [[1, 2]]\ninput X = [[1, 2], [3, 4]]\ninput dY = [[1, -1]]\nY = W @ X\n"
      "grad Y wrt W, X with dY\n");
  const Claims claims = claimed(
      layer, R"({"dW": [[1, 2]], "dX": [[1, 2], [3, 4]], "dY": [[1, -1]], "Y": [[1, 2]]})", 1);
  CHECK(names_in(claims) == "grad W, grad X, Y");
  CHECK(claims.missing.empty());
  CHECK(claims.ignored == std::vector<std::string>{"dY"});
}

TEST_CASE("one array of all gradients is taken apart in the order of the lesson", "[claims]") {
  // W1 3×2, b1 3, W2 2×3, b2 2
  const Claims claims =
      claimed(net(), R"({"L": 0.5, "grad": [1,2,3,4,5,6, 7,8,9, 10,11,12,13,14,15, 16,17]})");
  CHECK(names_in(claims) == "grad W1, grad b1, grad W2, grad b2, L");
  CHECK(claims.claims[0].values(1, 0) == 3);
  CHECK(claims.claims[1].values(2, 0) == 9);
  CHECK(claims.claims[2].values(1, 2) == 15);
  CHECK(claims.claims[3].values(1, 0) == 17);
  CHECK(std::ranges::count(claims.claims[2].remarks, "the numbers 10 to 15 of grad") == 1);
  CHECK(claims.missing.empty());
}
