// Formulas as such: their shapes where scalars meet matrices, equality, sizes with names,
// substitution, and how a formula is laid out as notation.
#include "tests/catch.hpp"
#include "tests/symbol/plain.hpp"
#include "tracer/error.hpp"
#include "tracer/op/all.hpp"
#include "tracer/symbol/simplify.hpp"

using namespace tracer;
using probe::plain;

namespace {

const Symbol x = Symbol::leaf("x", scalar_shape);
const Symbol A = Symbol::leaf("A", shape_of(2, 3));
const Symbol B = Symbol::leaf("B", shape_of(2, 3));
const Symbol row = Symbol::leaf("r", shape_of(1, 3));
const Shape batch{{2, ""}, {3, "m"}};

}  // namespace

TEST_CASE("in a formula a scalar goes with every matrix, anything else must have its shape",
          "[symbol]") {
  for (const Symbol& formula : {A * 2, 2 * A, x + A, A - x, A / x, power(A, 2), 1 - A * A}) {
    INFO(plain(formula));
    CHECK(formula.shape() == A.shape());
  }
  CHECK((x * 2 + 1).shape().is_scalar());
  CHECK_THROWS_WITH(A + row, "add: the shapes differ: 2×3 and 1×3");
  CHECK_THROWS_WITH(op::apply<op::Maximum>(A, x), "maximum: the shapes differ: 2×3 and 1×1");
  CHECK_THROWS_WITH(dot(A, B), "matmul: inner sizes differ: left is 2×3, right is 2×3");
}

TEST_CASE("a size that has a name is written by it, and keeps it through operations", "[symbol]") {
  const Symbol X = Symbol::leaf("X", batch);
  CHECK(plain(Symbol::size({16, "m"})) == "m");
  CHECK(plain(Symbol::size({16, ""})) == "16");
  CHECK(plain(Symbol::size({0, "n"})) == "n");
  CHECK(plain(Symbol::size({1, "m"})) == "1");  // a batch of one: nothing to divide by
  CHECK((A + X).shape().columns.name == "m");
  CHECK(relu(X).shape().columns.name == "m");
  CHECK(plain(count<Over::all>(X)) == "2*m");
  CHECK(plain(count<Over::each_row>(X)) == "m");
  CHECK(plain(count<Over::all>(A)) == "6");
  CHECK(plain(sample_count(X, 0)) == "m");
  CHECK(plain(sample_count(X, 1)) == "2");
  CHECK(Shape{{16, "m"}, {}} == Shape{{16, ""}, {}});
  CHECK_FALSE(Shape{{0, "m"}, {}} == Shape{{0, "n"}, {}});
  CHECK_FALSE(Shape{{0, "m"}, {}} == Shape{{16, ""}, {}});
}

TEST_CASE("two formulas are equal when they are written alike", "[symbol]") {
  CHECK(x * 2 == x * 2);
  CHECK((x * 2).hash() == (x * 2).hash());
  CHECK_FALSE(x * 2 == 2 * x);
  CHECK_FALSE(A == B);
  CHECK(Symbol(Rational(2, 4)) == Symbol(Rational(1, 2)));
  CHECK_FALSE(softmax(A, 0) == softmax(A, 1));  // the attributes count
}

TEST_CASE("substitution replaces leaves, and leaves alone what has none of them", "[symbol]") {
  const Symbol formula = (x + 1) * (x + 1) - sum<Over::all>(A);
  const auto to_two = [](const Symbol& leaf) -> std::optional<Symbol> {
    return leaf.stands_for() == "x" ? std::optional<Symbol>(2) : std::nullopt;
  };
  CHECK(plain(simplify(substitute(formula, to_two))) == "9 - Σ A");
  CHECK(substitute(sum<Over::all>(A), to_two).identity() != nullptr);
  const Symbol untouched = sum<Over::all>(A);
  CHECK(substitute(untouched, to_two).identity() == untouched.identity());
  CHECK(mentions(formula, "x"));
  CHECK(mentions(formula, "A"));
  CHECK_FALSE(mentions(formula, "B"));
}

TEST_CASE("sums and products are laid flat, scalars stand before matrices", "[symbol]") {
  const Symbol m = Symbol::size({3, "m"});
  CHECK(plain(x + 1 + (x + 2)) == "x + 1 + x + 2");
  CHECK(plain(x - 1 - (x - 2)) == "x - 1 - (x - 2)");
  CHECK(plain(A * x * B * 2) == "x*2*(A ⊙ B)");
  CHECK(plain(A / B) == "A ⊘ B");
  CHECK(plain(A / m) == "A/m");
  CHECK(plain(dot(dot(A, transpose(B)), A)) == "A @ B' @ A");
  CHECK(plain(broadcast<Over::all>(x, A) * A) == "x*A");
}

TEST_CASE("numbers in formulas: decimals where they end, else fractions", "[symbol]") {
  const auto written = [](int above, int below) { return plain(Symbol(Rational(above, below))); };
  CHECK(written(1, 100) == "0.01");
  CHECK(written(1, 3) == "1/3");
  CHECK(written(1, 2) == "1/2");
  CHECK(written(3, 2) == "1.5");
  CHECK(written(-3, 1) == "-3");
  CHECK(written(22, 7) == "22/7");
}

TEST_CASE("a sum of thousands of terms is simplified in a moment", "[symbol]") {
  Symbol sum = x;
  for (int i = 0; i < 2000; ++i)
    sum = sum + Symbol::leaf("t" + std::to_string(i), scalar_shape) * 1;
  CHECK(simplify(sum - sum) == Symbol(0));
  CHECK(simplify(sum).weight() == 4001);
}
