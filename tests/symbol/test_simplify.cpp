// Simplification as a table: what comes in, what a person would write.
#include "tests/catch.hpp"
#include "tests/symbol/plain.hpp"
#include "tracer/op/all.hpp"
#include "tracer/symbol/simplify.hpp"

using namespace tracer;
using probe::plain;

namespace {

const Symbol x = Symbol::leaf("x", scalar_shape);
const Symbol y = Symbol::leaf("y", scalar_shape);
const Symbol z = Symbol::leaf("z", scalar_shape);
const Symbol n = Symbol::leaf("n", scalar_shape);
const Shape two_by_three = shape_of(2, 3);
const Symbol A = Symbol::leaf("A", two_by_three);
const Symbol B = Symbol::leaf("B", two_by_three);
const Symbol C = Symbol::leaf("C", shape_of(3, 4));
const Symbol m = Symbol::size({4, "m"});

Symbol fraction(int above, int below) { return Symbol(Rational(above, below)); }
Symbol spread(const Symbol& s) { return broadcast<Over::all>(s, A); }

struct Row {
  Symbol formula;
  std::string simple;
};

void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    INFO("simplify " << plain(row.formula));
    const Symbol simple = simplify(row.formula);
    CHECK(plain(simple) == row.simple);
    CHECK(simple.shape() == row.formula.shape());
    CHECK(plain(simplify(simple)) == row.simple);  // what is simple stays
  }
}

}  // namespace

TEST_CASE("simplify: 0 and 1 go", "[symbol]") {
  check({{1 * x, "x"},
         {x * 1, "x"},
         {x / 1, "x"},
         {x + 0, "x"},
         {0 + x, "x"},
         {x - 0, "x"},
         {0 - x, "-x"},
         {0 * x, "0"},
         {0 / x, "0"},
         {x - x, "0"},
         {x + (-x), "0"},
         {x / x, "1"},
         {x * (1 / x), "1"},
         {power(x, 0), "1"},
         {power(x, 1), "x"},
         {power(Symbol(0), Symbol(3)), "0"},
         {power(Symbol(0), Symbol(0)), "1"},
         {0 * log(x), "0"}});
}

TEST_CASE("simplify: signs are collected", "[symbol]") {
  check({{-(-x), "x"},
         {-(x - y), "y - x"},
         {-1 * (x - y), "y - x"},
         {(-x) * (-y), "x*y"},
         {x * (-y), "-x*y"},
         {x - (-y), "x + y"},
         {x + (-y), "x - y"},
         {-x + y, "y - x"},
         {-x - y, "-x - y"},
         {-(x + y), "-x - y"},
         {(-x) / y, "-(x/y)"},
         {x / (-y), "-(x/y)"},
         {x - (y - z), "x - y + z"},
         {x + (y + z), "x + y + z"},
         {-(x * (y - z)), "-x*(y - z)"},
         {-((x - y) / z), "(y - x)/z"},
         {-((x + y) / z), "-((x + y)/z)"},
         {power(-x, 2), "x^2"},
         {power(-x, 3), "-(x^3)"}});
}

TEST_CASE("simplify: numbers are multiplied out", "[symbol]") {
  check({{fraction(1, 2) * 2 * (z - y), "z - y"},
         {fraction(1, 2) * (2 * power(z - y, 2 - 1) * 1), "z - y"},
         {2 * (3 * x), "6*x"},
         {2 * x * 3 * y, "6*x*y"},
         {x + x, "2*x"},
         {2 * x + 3 * x, "5*x"},
         {2 * x - 3 * x, "-x"},
         {x * y + y * x, "2*x*y"},
         {x + 1 + 2, "x + 3"},
         {1 + x - 1, "x"},
         {Symbol(2) + 3, "5"},
         {Symbol(2) / 3, "2/3"},
         {fraction(1, 100) * x, "0.01*x"},
         {fraction(1, 3) * x, "(1/3)*x"},
         {x / 2, "(1/2)*x"},
         {x / fraction(1, 4), "4*x"},
         {fraction(1, 2) * x + fraction(1, 2) * y, "(1/2)*(x + y)"},
         {power(Symbol(2), Symbol(3)) * x, "8*x"},
         {power(Symbol(2), Symbol(-1)), "1/2"}});
}

TEST_CASE("simplify: equal factors go into a power", "[symbol]") {
  check({{x * x, "x^2"},
         {square(x), "x^2"},
         {x * x * x, "x^3"},
         {x * y * x, "(x^2)*y"},
         {x * x / x, "x"},
         {power(x, 2) * x, "x^3"},
         {power(x, 3) / x, "x^2"},
         {power(power(x, 2), 3), "x^6"},
         {power(x * y, 2), "(x^2)*(y^2)"},
         {power(2 * x, 2), "4*(x^2)"},
         {1 / (1 / x), "x"},
         {x / y / z, "x/(y*z)"},
         {x / (y / z), "(x*z)/y"},
         {(x / y) / (z / y), "x/z"},
         {(x + y) * (x + y), "(x + y)^2"},
         {(x + y) / (y + x), "(x + y)/(y + x)"},
         {exp(x) * exp(x), "exp(x)^2"},
         {exp(1 * x) / exp(x + 0), "1"}});
}

TEST_CASE("simplify: a root of a square stays, for it is |x|", "[symbol]") {
  check({{power(power(x, 2), fraction(1, 2)), "(x^2)^(1/2)"},
         {power(power(x, fraction(1, 2)), 2), "x"},
         {power(x, fraction(1, 2)) * power(x, fraction(1, 2)), "x"},
         {power(Symbol(2), fraction(1, 2)), "2^(1/2)"},
         {sqrt(x * x), "sqrt(x^2)"},
         {power(x, n), "x^n"},
         {power(x + 0, n - 1) * n, "(x^(n - 1))*n"}});
}

TEST_CASE("simplify: what divides by 0 is left alone", "[symbol]") {
  check({{x / 0, "x/0"},
         {power(Symbol(0), Symbol(-1)), "0^(-1)"},
         {1 / (x - x), "1/0"},
         {y + x / 0, "y + x/0"}});
}

TEST_CASE("simplify: a batch size divides by its name", "[symbol]") {
  check({{sum<Over::all>(A) / m, "(Σ A)/m"},
         {1 / m * A, "(1/m)*A"},
         {(A - B) / m, "(A - B)/m"},
         {A / m - B / m, "(A - B)/m"},
         {A * B / m, "(1/m)*(A ⊙ B)"},
         {m * (A / m), "A"},
         {sum<Over::all>(2 * A / m), "(2*(Σ A))/m"}});
}

TEST_CASE("simplify: scalars come out of matrix products, transposes and sums", "[symbol]") {
  check({{dot(2 * A, C), "2*(A @ C)"},
         {dot(x * A, C / y), "(x/y)*(A @ C)"},
         {dot(-A, C), "-A @ C"},
         {dot(A, 0 * C), "0"},
         {transpose(transpose(A)), "A"},
         {transpose(dot(A, C)), "C' @ A'"},
         {transpose(dot(transpose(C), transpose(A))), "A @ C"},
         {transpose(2 * A), "2*A'"},
         {transpose(x), "x"},
         {transpose(x * dot(A, C)), "x*(C' @ A')"},
         {sum<Over::all>(2 * A), "2*(Σ A)"},
         {sum<Over::each_row>(x * A), "x*(row sums of A)"},
         {sum<Over::all>(x), "x"},
         {sum<Over::all>(spread(x)), "6*x"},
         {sum<Over::each_column>(spread(x)), "(2*x)*𝟏'"},
         {sum<Over::each_row>(spread(x)), "(3*x)*𝟏"},
         {transpose(spread(x)), "x*(𝟏 @ 𝟏')"}});
}

TEST_CASE("simplify: 1×1 times a row or a column is a plain factor", "[symbol]") {
  const Symbol row = Symbol::leaf("r", shape_of(1, 3));
  const Symbol column = Symbol::leaf("c", shape_of(3, 1));
  check({{dot(x, row), "x*r"},
         {dot(column, x), "x*c"},
         {dot(x, y), "x*y"},
         {dot(2 * x, row / y), "((2*x)/y)*r"},
         {dot(row, column), "r @ c"},
         {dot(dot(row, column), row), "(r @ c)*r"}});
}

TEST_CASE("simplify: a scalar in every entry is a scalar factor", "[symbol]") {
  check({{spread(2) * A, "2*A"},
         {spread(x) * A, "x*A"},
         {A / spread(x), "(1/x)*A"},
         {power(A - B, spread(2)), "(A - B)^2"},
         {2 * (A - B), "2*(A - B)"},
         {1 - A * A, "1 - A^2"},
         {spread(1) - A * A, "1 - A^2"},
         {A - A, "0"},
         {A / A, "𝟏 @ 𝟏'"},
         {A * B / A, "B"},
         {broadcast<Over::each_column>(Symbol::leaf("r", shape_of(1, 3)), A) * 2, "2*r"}});
}

TEST_CASE("simplify: what is shared is not taken apart over and over", "[symbol]") {
  Symbol chain = x;
  for (int i = 0; i < 40; ++i) chain = chain * chain;  // 2^40 factors, were they written out
  CHECK(simplify(chain).weight() < 10);
  Symbol sums = x;
  for (int i = 0; i < 40; ++i) sums = tanh(sums + sums);
  CHECK(simplify(sums).weight() < 400);
}

TEST_CASE("simplify: diagonals", "[symbol]") {
  const Symbol d = Symbol::leaf("d", shape_of(3, 1));
  const Symbol c = Symbol::leaf("c", shape_of(3, 1));
  const Symbol S = Symbol::leaf("S", shape_of(3, 3));
  check({{transpose(diagonal_matrix(d)), "diag(d)"},
         {dot(transpose(diagonal_matrix(2 * d)), c), "2*(diag(d) @ c)"},
         {diagonal_of(dot(d, transpose(c))), "d ⊙ c"},
         {diagonal_of(dot(dot(2 * d, transpose(c)), S)), "2*(d ⊙ (S' @ c))"},
         {diagonal_of(diagonal_matrix(d)), "d"},
         {diagonal_of(S), "diag(S)"},
         {transpose(S + transpose(S)), "S + S'"}});
}

TEST_CASE("simplify: zeros with something among them", "[symbol]") {
  const Symbol p = Symbol::leaf("p", shape_of(3, 1));
  const Symbol second = window_like(p, 1, 0, x);
  const Symbol unit = place_like(1, 1, 0, p);
  check({{unit, "e₁"},
         {transpose(unit), "e₁'"},
         {place_like(1 / second, 1, 0, p) * p, "e₁"},
         {place_like(x, 1, 0, p) * p, "place[1,0](x*p[1,0])"},
         {sum<Over::all>(place_like(x, 1, 0, p)), "x"},
         {sum<Over::each_column>(place_like(2 * x, 1, 0, p)), "2*x"},
         {sum<Over::each_row>(place_like(x, 1, 2, A)), "place[1,0](x)"},
         {window_like(place_like(x, 1, 0, p), 1, 0, x), "x"}});
}

TEST_CASE("collect: what all terms have in common stands before a bracket", "[symbol]") {
  const Symbol S = Symbol::leaf("S", shape_of(3, 3));
  const Symbol D = Symbol::leaf("D", shape_of(3, 3));
  const Symbol c = Symbol::leaf("c", shape_of(3, 1));
  const Symbol d = Symbol::leaf("d", shape_of(3, 1));
  const std::vector<Row> rows{
      {x * y - z * y, "(x - z)*y"},
      {A * B - x * A, "(B - x) ⊙ A"},
      {A * B - A, "A ⊙ B - A"},
      {fraction(1, 2) * dot(transpose(S), c) + fraction(1, 2) * dot(S, c), "(1/2)*((S + S') @ c)"},
      {dot(S, c) - dot(S, d), "S @ (c - d)"},
      {dot(dot(S, D), c) - dot(dot(S, transpose(D)), c), "S @ (D - D') @ c"},
      {dot(S, c) * d + dot(S, d) * c, "(S @ c) ⊙ d + (S @ d) ⊙ c"},  // nothing is shared here
      {x + y, "x + y"}};
  for (const Row& row : rows) {
    INFO("collect " << plain(row.formula));
    CHECK(plain(collect(row.formula)) == row.simple);
  }
}

TEST_CASE("a letter stands for an operation of one operand; of several it says which", "[symbol]") {
  const auto normal = [](const Symbol& z) {
    return Symbol::apply(op::operation<op::BatchNormal>(), {z},
                         {.numbers = {fraction(1, 100).number()}});
  };
  CHECK(plain(write(normal(A) * normal(A))) == "x̂ ⊙ x̂");
  CHECK(plain(write(normal(A) * normal(B))) == "x̂(A) ⊙ x̂(B)");
}

TEST_CASE("what stands in every entry is written with 𝟏", "[symbol]") {
  const Symbol c = Symbol::leaf("c", shape_of(3, 1));
  const auto everywhere = [](const Symbol& number, const Symbol& like) {
    return plain(write(broadcast<Over::all>(number, like)));
  };
  CHECK(everywhere(1, c) == "𝟏");
  CHECK(everywhere(1, transpose(c)) == "𝟏'");
  CHECK(everywhere(1, A) == "𝟏 @ 𝟏'");
  CHECK(everywhere(1 / m, c) == "(1/m)*𝟏");
  CHECK(everywhere(-x, c) == "-x*𝟏");
  CHECK(everywhere(fraction(-1, 3), c) == "-(1/3)*𝟏");
  CHECK(everywhere(0, c) == "0");
}

TEST_CASE("expand: products of sums are multiplied out, so that what cancels cancels", "[symbol]") {
  const std::vector<Row> rows{
      {(x + y) * z, "x*z + y*z"},
      {(x + y) * (x - y), "x^2 - y^2"},
      {power(x + y, 2) - x * x - y * y, "2*x*y"},
      {(x + y) * (x + y) * (x - y) - power(x, 3) + power(y, 3), "(x^2)*y - x*(y^2)"},
      {x * (1 - y) - (1 - x) * y, "x - y"},
      {z * (x + y) - z * x, "z*y"},
      {-(x - 2 * (x - y)), "x - 2*y"},
      {power(x + y, 5), "(x + y)^5"},
      {exp(x * (y + 1) - x), "exp(x*y)"}};
  for (const Row& row : rows) {
    INFO("expand " << plain(row.formula));
    CHECK(plain(expand(row.formula)) == row.simple);
  }
}
