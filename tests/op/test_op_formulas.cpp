// The rules as a person reads them: each pullback over symbols, simplified, for a layer of 3 units
// and a batch of m = 4.
#include <algorithm>

#include "tests/catch.hpp"
#include "tests/op/cases.hpp"
#include "tests/symbol/plain.hpp"
#include "tracer/graph/pullback.hpp"
#include "tracer/symbol/simplify.hpp"

using namespace tracer;
using namespace tracer::probe;

namespace {

const Shape layer{{3, ""}, {4, "m"}};

// Operands are written A, B; the upstream gradient G (1 for a loss), the result y.
template <class Op>
std::vector<std::string> rules(const Shape& shape, const Attributes& with = {}) {
  const Operation& operation = op::operation<Op>();
  std::vector<Symbol> operands;
  std::vector<Shape> shapes;
  for (const std::string name : {"A", "B"}) {
    if (operands.size() == static_cast<std::size_t>(operation.arity)) break;
    Shape operand = shape;
    if (name == "B" && &operation == &op::operation<op::Matmul>())
      operand = {shape.columns, {2, ""}};
    operands.push_back(Symbol::leaf(name, operand));
    shapes.push_back(operand);
  }
  const Shape result = operation.shape(shapes, with);
  const bool loss = result.is_scalar() && !shape.is_scalar();
  std::vector<std::string> texts;
  for (const Symbol& rule :
       pullback_of(operation, with, loss ? Symbol(1) : Symbol::leaf("G", result),
                   Symbol::leaf("y", result), operands)) {
    texts.push_back(plain(simplify(rule)));
  }
  return texts;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("rules of arithmetic as formulas", "[op][symbol]") {
  CHECK(rules<op::Add>(layer) == Texts{"G", "G"});
  CHECK(rules<op::Subtract>(layer) == Texts{"G", "-G"});
  CHECK(rules<op::Multiply>(layer) == Texts{"G ⊙ B", "G ⊙ A"});
  CHECK(rules<op::Multiply>(scalar_shape) == Texts{"G*B", "G*A"});
  CHECK(rules<op::Divide>(layer) == Texts{"G ⊘ B", "-((G ⊙ A) ⊘ (B^2))"});
  CHECK(rules<op::Matmul>(layer) == Texts{"G @ B'", "A' @ G"});
  CHECK(rules<op::Square>(scalar_shape) == Texts{"2*G*A"});
  CHECK(rules<op::Sqrt>(scalar_shape) == Texts{"G/(2*y)"});
  CHECK(rules<op::Power>(scalar_shape)[0] == "G*B*(A^(B - 1))");
}

TEST_CASE("rules of activations as formulas", "[op][symbol]") {
  CHECK(rules<op::Relu>(scalar_shape) == Texts{"G*relu′(A)"});
  CHECK(rules<op::Relu>(layer) == Texts{"G ⊙ relu′(A)"});
  CHECK(rules<op::Sigmoid>(layer) == Texts{"G ⊙ y ⊙ (1 - y)"});
  CHECK(rules<op::Tanh>(scalar_shape) == Texts{"G*(1 - y^2)"});
  CHECK(rules<op::Softmax>(layer) == Texts{"y ⊙ (G - column sums of (G ⊙ y))"});
  CHECK(rules<op::Softmax>(layer, with_numbers({}, 1)) == Texts{"y ⊙ (G - row sums of (G ⊙ y))"});
}

TEST_CASE("rules of losses as formulas: divided by what they average over", "[op][symbol]") {
  CHECK(rules<op::Mse>(layer) == Texts{"(2/(3*m))*(A - B)", "-(2/(3*m))*(A - B)"});
  CHECK(rules<op::HalfMse>(layer) == Texts{"(A - B)/(3*m)", "(B - A)/(3*m)"});
  CHECK(rules<op::HalfMse>({{1, ""}, {4, "m"}})[0] == "(A - B)/m");
  CHECK(rules<op::HalfMse>({{4, "m"}, {1, ""}})[0] == "(A - B)/m");
  CHECK(rules<op::CrossEntropy>(layer)[0] == "-(1/m)*(B ⊘ A)");
  CHECK(rules<op::CrossEntropy>(layer, with_numbers({}, 1))[0] == "-(1/3)*(B ⊘ A)");
  CHECK(rules<op::SoftmaxCrossEntropy>(layer)[0] == "(softmax(A) ⊙ (column sums of B) - B)/m");
  CHECK(rules<op::Bce>(layer)[0] == "((1 - B) ⊘ (1 - A) - B ⊘ A)/(3*m)");
  CHECK(rules<op::BceWithLogits>(layer)[0] == "(σ(A) - B)/(3*m)");
  CHECK(rules<op::L2>(layer) == Texts{"2*A"});
  CHECK(rules<op::Mean<Over::all>>(layer) == Texts{"(1/(3*m))*(𝟏 @ 𝟏')"});
  CHECK(rules<op::Mean<Over::each_row>>(layer) == Texts{"(1/m)*G"});
}

TEST_CASE("rules of scores, distances, choices and spreads as formulas", "[op][symbol]") {
  CHECK(rules<op::Perceptron>(scalar_shape)[0] == "-G*([ (B*A) (≤) 0 (]))*B");
  CHECK(rules<op::Huber>(layer, with_numbers({1}))[0] == "(1/(3*m))*clip(A - B, -1, 1)");
  CHECK(rules<op::Nll>(layer)[0] == "-(1/m)*B");
  CHECK(rules<op::KullbackLeibler>(layer)[1] == "-(1/m)*(A ⊘ B)");
  CHECK(rules<op::Clip<op::Bounds::both>>(layer, with_numbers({0, 1})) ==
        Texts{"G ⊙ ([ 0 (≤) A (≤) 1 (]))"});
  CHECK(rules<op::LogSumExp<Over::each_column>>(layer) == Texts{"G ⊙ softmax(A)"});
  CHECK(rules<op::Variance<Over::all>>({{4, "m"}, {1, ""}}, with_numbers({0})) ==
        Texts{"(2/m)*(A - mean of A)"});
  CHECK(rules<op::Erf>(scalar_shape) == Texts{"(2*G*exp(-(A^2)))/sqrt(π)"});
}

TEST_CASE("rules of square matrices as formulas", "[op][symbol]") {
  const Shape square{{3, ""}, {3, ""}};
  CHECK(rules<op::Inverse>(square) == Texts{"-y' @ G @ y'"});
  CHECK(rules<op::Determinant>(square) == Texts{"cof(A)"});
  CHECK(rules<op::Trace>(square) == Texts{"I"});
  CHECK(rules<op::Diagonal>(square) == Texts{"diag(G)"});
}

TEST_CASE("an operand may stand for what a place in an expansion does", "[op][symbol]") {
  // pullback_of derives mse from its expansion, whose operands are its nodes 0 and 1
  const Symbol first = Symbol::leaf({Quantity::value, 1}, notation::name("a"), scalar_shape);
  const Symbol second = Symbol::leaf({Quantity::value, 0}, notation::name("b"), scalar_shape);
  const std::vector<Symbol> operands{first, second};
  const std::vector<Symbol> rule =
      pullback_of(op::operation<op::Mse>(), {}, second, Symbol::leaf("y", scalar_shape), operands);
  CHECK(plain(simplify(rule[0])) == "2*b*(a - b)");
}
