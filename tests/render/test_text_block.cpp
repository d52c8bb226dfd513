// Notation as terminal text: brackets exactly where they are needed, dots and signs as a person
// sets them.
#include <vector>

#include "tests/catch.hpp"
#include "tracer/render/precedence.hpp"
#include "tracer/render/text_block.hpp"
#include "tracer/text/cells.hpp"
#include "tracer/text/scripts.hpp"

namespace tracer {
namespace {

using namespace notation;
using How = Notation::Product;

Notation side(std::vector<Notation> factors) {
  return product(std::move(factors), How::juxtaposed);
}
Notation entrywise(std::vector<Notation> factors) {
  return product(std::move(factors), How::hadamard);
}
Notation matmul(std::vector<Notation> factors) { return product(std::move(factors), How::matrix); }
Notation d(const char* of, const char* wrt) { return partial(name(of), name(wrt)); }

const Notation a = name("a"), b = name("b"), c = name("c"), x = name("x"), y = name("y");
const Notation one = number("1"), two = number("2"), three = number("3");

struct Case {
  Notation notation;
  const char* text;
};

void check(const std::vector<Case>& cases) {
  for (const Case& each : cases) CHECK(text_line(each.notation) == each.text);
}

TEST_CASE("text: sums set signs, and bracket negative numbers after the first term", "[render]") {
  check({{sum({a, b, c}), "a + b + c"},
         {sum({a, negate(b)}), "a − b"},
         {sum({negate(a), b}), "−a + b"},
         {sum({number("0.5"), number("-0.02")}), "0.5 + (−0.02)"},
         {sum({number("-0.5"), number("0.02")}), "−0.5 + 0.02"},
         {sum({a, negate(number("-3"))}), "a − (−3)"},
         {sum({a, negate(sum({b, c}))}), "a − (b + c)"},
         {sum({a, sum({b, negate(c)})}), "a + b − c"},
         {negate(sum({a, b})), "−(a + b)"},
         {negate(negate(a)), "−(−a)"},
         {negate(number("-2")), "−(−2)"},
         {sum({a, product({negate(b), c})}), "a − b·c"},
         {sum({a, quotient(negate(b), c)}), "a − b/c"},
         {sum({a, quotient(number("-3"), c)}), "a + (−3/c)"},
         {sum({a, Notation{}}), "a"}});
}

TEST_CASE("text: products set dots, coefficients and numbers side by side", "[render]") {
  check({{product({name("w1"), x}), "w1·x"},
         {product({two, x}), "2·x"},
         {product({two, sum({x, negate(y)})}), "2(x − y)"},
         {product({two, sum({x, negate(y)}), a}), "2(x − y) · a"},
         {product({sum({a, b}), c}), "(a + b) · c"},
         {product({d("L", "z2"), name("a1")}), "∂L/∂z2 · a1"},
         {product({d("L", "z"), d("z", "w")}), "∂L/∂z · ∂z/∂w"},
         {product({a, call("relu′", {name("z1")})}), "a · relu′(z1)"},
         {product({number("0.01"), number("-3.8")}), "0.01·(−3.8)"},
         {product({number("-2"), x}), "−2·x"},
         {product({a, product({b, c})}), "a·b·c"},
         {side({number("1.02"), two}), "(1.02)(2)"},
         {side({number("-1.8788"), number("1.02"), one}), "(−1.8788)(1.02)(1)"},
         {side({two, sum({a, b})}), "2(a + b)"},
         {side({number("-2"), sum({a, b})}), "(−2)(a + b)"},
         {side({name("pᵢ"), name("pⱼ")}), "pᵢpⱼ"},
         {side({name("p"), sum({one, negate(name("p"))})}), "p(1 − p)"},
         {side({number("1/2"), power(sum({a, negate(b)}), two)}), "½(a − b)²"},
         {side({number("1/2"), number("3.2")}), "½(3.2)"},
         {product({number("1/2"), x}), "½x"},
         {product({number("1/2"), three}), "½·3"},
         {product({number("-1/2"), sum({a, b})}), "−½(a + b)"},
         {product({number("1/3"), x}), "(1/3)·x"},
         {product({number("1.5e-07"), x}), "(1.5·10⁻⁷)·x"},
         {product({a, call("Σ", {b}), c}), "a·(Σ b)·c"},
         {product({Notation{}, a}), "a"}});
}

TEST_CASE("text: entrywise and matrix products are kept apart by brackets", "[render]") {
  const Notation W = name("W"), X = name("X"), D = name("D");
  check({{matmul({W, X}), "W·X"},
         {matmul({W, matmul({X, D})}), "W·X·D"},
         {matmul({d("L", "Z"), transpose(X)}), "∂L/∂Z · Xᵀ"},
         {matmul({W, sum({X, D})}), "W · (X + D)"},
         {entrywise({W, X}), "W ⊙ X"},
         {entrywise({matmul({transpose(W), D}), X}), "(Wᵀ·D) ⊙ X"},
         {matmul({W, entrywise({X, D})}), "W·(X ⊙ D)"},
         {entrywise({W, quotient(X, D, How::hadamard)}), "W ⊙ (X ⊘ D)"},
         {quotient(W, entrywise({X, D}), How::hadamard), "W ⊘ (X ⊙ D)"},
         {quotient(sum({W, X}), D, How::hadamard), "(W + X) ⊘ D"},
         {negate(side({quotient(one, name("m")), quotient(W, X, How::hadamard)})), "−(1/m) W ⊘ X"},
         {negate(side({quotient(one, name("m")), call("Σ", {entrywise({W, call("ln", {X})})})})),
          "−(1/m) Σ W ⊙ ln X"},
         {transpose(matmul({W, X})), "(W·X)ᵀ"},
         {transpose(d("L", "Z")), "(∂L/∂Z)ᵀ"},
         {words("row sums of", {d("L", "Z")}), "row sums of ∂L/∂Z"},
         {words("row sums of", {sum({W, X})}), "row sums of (W + X)"}});
}

TEST_CASE("text: quotients bracket what the slash would tear apart", "[render]") {
  check({{quotient(sum({name("P"), negate(name("Y"))}), name("m")), "(P − Y)/m"},
         {quotient(one, product({two, x})), "1/(2·x)"},
         {quotient(product({two, x}), y), "2·x/y"},
         {quotient(a, quotient(b, c)), "a/(b/c)"},
         {quotient(quotient(a, b), c), "(a/b)/c"},
         {quotient(d("L", "z"), x), "(∂L/∂z)/x"},
         {quotient(a, number("-2")), "a/(−2)"},
         {quotient(a, number("1/2")), "a/(1/2)"},
         {quotient(a, power(x, two)), "a/x²"},
         {quotient(entrywise({a, b}), c), "(a ⊙ b)/c"},
         {quotient(call("exp", {x}), y), "exp(x)/y"},
         {product({quotient(a, b), c}), "(a/b)·c"},
         {sum({quotient(a, b), c}), "a/b + c"}});
}

TEST_CASE("text: powers, indices and calls", "[render]") {
  check({{power(x, two), "x²"},
         {power(x, number("-1")), "x⁻¹"},
         {power(x, name("n")), "xⁿ"},
         {power(x, name("q")), "x^(q)"},
         {power(x, number("1/2")), "x^(1/2)"},
         {power(x, sum({name("n"), negate(one)})), "x^(n − 1)"},
         {power(negate(x), two), "(−x)²"},
         {power(number("-2"), two), "(−2)²"},
         {power(number("2.5"), two), "2.5²"},
         {power(number("1/2"), two), "(1/2)²"},
         {power(power(x, two), three), "(x²)³"},
         {power(product({a, x}), two), "(a·x)²"},
         {power(call("tanh", {x}), two), "tanh(x)²"},
         {power(d("L", "w"), two), "(∂L/∂w)²"},
         {negate(power(x, two)), "−x²"},
         {call("relu", {number("-2.06")}), "relu(−2.06)"},
         {call("max", {x, number("0")}), "max(x, 0)"},
         {call("ln", {index(name("P"), "1,0")}), "ln P[1,0]"},
         {call("ln", {number("0.5")}), "ln(0.5)"},
         {product({call("ln", {x}), y}), "ln(x)·y"},
         {power(call("exp", {x}), two), "exp(x)²"},
         {index(matmul({a, b}), "0,1"), "(a·b)[0,1]"},
         {partial(name("L"), index(name("W"), "0,1")), "∂L/∂W[0,1]"},
         {Notation{}, ""}});
}

TEST_CASE("text: numbers get a true minus and powers of ten", "[render]") {
  CHECK(text_number("-1.5e-07") == "−1.5·10⁻⁷");
  CHECK(text_number("1.267650600e+30") == "1.267650600·10³⁰");
  CHECK(text_number("-22/7") == "−22/7");
  CHECK(text_number("0 (|v| < 1e-300, not proved)") == "0 (|v| < 1·10⁻³⁰⁰, not proved)");
}

TEST_CASE("text: matrices are blocks, and operators stand in their first row", "[render]") {
  const Notation w = matrix(2, 2, {number("0.5"), number("-0.5"), number("0"), number("0.5")});
  const Notation v = matrix(2, 1, {one, three});
  const TextBlock block = text_block(sum({matmul({w, v}), v}));
  CHECK(block.lines == std::vector<std::string>{"⎡0.5  −0.5⎤ ⎡1⎤ + ⎡1⎤", "⎣  0   0.5⎦ ⎣3⎦   ⎣3⎦"});
  CHECK(block.width == 21);
  CHECK(text_block(transpose(sum({v, v}))).lines ==
        std::vector<std::string>{"⎛⎡1⎤ + ⎡1⎤⎞ᵀ", "⎝⎣3⎦   ⎣3⎦⎠ "});
  CHECK(text_block(matrix(1, 3, {one, two, three})).lines == std::vector<std::string>{"[1  2  3]"});
  CHECK(text_block(matrix(3, 1, {one, two, three})).lines ==
        std::vector<std::string>{"⎡1⎤", "⎢2⎥", "⎣3⎦"});
  CHECK(text_line(w) == "[0.5, −0.5; 0, 0.5]");
  CHECK(text_block(matrix(0, 0, {})).lines.size() == 1);

  Notation large = matrix(2, 1, {one, two});
  large.kind = Notation::Kind::elided;
  large.text = "784×128 matrix, norm 3.2";
  CHECK(text_block(large).lines[0] == "784×128 matrix, norm 3.2, corner ⎡1⎤");
}

TEST_CASE("text: the width counts columns, not bytes, marks or colours", "[render]") {
  CHECK(display_width("∂L/∂w1") == 6);
  CHECK(display_width("x\u0304") == 1);
  CHECK(display_width("\x1b[36m−1\x1b[0m") == 2);
  CHECK(display_width("\xff\xfe") == 2);
  CHECK(pad_left("−1", 4) == "  −1");
}

TEST_CASE("text: a sum of 20 000 terms and 400 nested calls are set without trouble", "[render]") {
  CHECK(text_line(sum(std::vector<Notation>(20000, a))).size() == 20000 + 19999 * 3);
  Notation deep = x;
  for (int i = 0; i < 400; ++i) deep = call("f", {sum({deep, one})});
  CHECK(display_width(text_line(deep)) == 1 + 400 * 7);
}

}  // namespace
}  // namespace tracer
