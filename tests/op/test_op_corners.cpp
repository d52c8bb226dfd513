// What stands for the slope where there is none. Each is PyTorch's choice, written down in the room
// and in `help ops`.
#include "tests/catch.hpp"
#include "tests/op/cases.hpp"

using namespace tracer;
using namespace tracer::probe;

namespace {

// the gradient of Σ y with respect to each operand, entry by entry, as text: "0 1 | 1/2 0"
template <class Op>
std::string gradient(const std::vector<Array<Exact>>& operands, const Attributes& with = {}) {
  Graph graph;
  Values values;
  std::vector<NodeId> leaves;
  for (const Array<Exact>& operand : operands) {
    leaves.push_back(
        graph.leaf(LeafKind::input, "x",
                   shape_of(static_cast<int>(operand.rows()), static_cast<int>(operand.cols()))));
    values[leaves.back()] = operand;
  }
  const NodeId result = graph.apply(op::operation<Op>(), leaves, with);
  Run run(graph, values);
  run.tape().forward();
  run.tape().backward(result);
  std::string words;
  for (const NodeId leaf : leaves) {
    if (!words.empty()) words += " | ";
    const auto adjoint = run.tape().adjoint(leaf);
    for (Eigen::Index i = 0; i < adjoint.size(); ++i)
      words += (i == 0 ? "" : " ") + text(adjoint.reshaped()(i));
  }
  return words;
}

}  // namespace

TEST_CASE("at a corner of a function of one value PyTorch's slope is taken", "[op][corner]") {
  const Rational fifth(1, 5);
  CHECK(gradient<op::Relu>({row({-1, 0, 1})}) == "0 0 1");
  CHECK(gradient<op::LeakyRelu>({row({-1, 0, 1})}, with_numbers({fifth})) == "1/5 1/5 1");
  CHECK(gradient<op::Elu>({row({0, 1})}, with_numbers({2})) == "2 1");
  CHECK(gradient<op::Abs>({row({-3, 0, 3})}) == "-1 0 1");
  CHECK(gradient<op::L1>({row({-3, 0, 3})}) == "-1 0 1");
  CHECK(gradient<op::Slope<op::Relu>>({row({-1, 0, 1})}) == "0 0 0");
}

TEST_CASE("a tie is shared evenly", "[op][corner]") {
  CHECK(gradient<op::Maximum>({row({1, 2, 3}), row({1, 3, 2})}) == "1/2 0 1 | 1/2 1 0");
  CHECK(gradient<op::Minimum>({row({1, 2, 3}), row({1, 3, 2})}) == "1/2 1 0 | 1/2 0 1");
  CHECK(gradient<op::Max<Over::all>>({row({1, 5, 5, 0, 5})}) == "0 1/3 1/3 0 1/3");
  CHECK(gradient<op::Max<Over::each_row>>({row({-1, -1})}) == "1/2 1/2");
  CHECK(gradient<op::Max<Over::each_column>>({row({1, 5})}) == "1 1");
}

TEST_CASE("the largest of irrational values is found without comparing a value with itself",
          "[op][corner]") {
  Graph graph;
  const NodeId x = graph.leaf(LeafKind::input, "x", shape_of(2, 2));
  const NodeId e = graph.apply(op::operation<op::Exp>(), {x});
  Array<Exact> value(2, 2);
  value << 1, 5, 3, 2;
  for (const Operation* largest :
       {&op::operation<op::Max<Over::all>>(), &op::operation<op::Max<Over::each_row>>(),
        &op::operation<op::Max<Over::each_column>>()}) {
    INFO(largest->name);
    const NodeId top = graph.apply(*largest, {e});
    CHECK(compare_gradient(graph, {{x, value}}, top, weights(graph[top].shape)).complaint == "");
  }
}

TEST_CASE("hinge is flat on its corner and beyond", "[op][corner]") {
  // Y·S = 1 at the first entry, 2 at the second, −1 at the third
  CHECK(gradient<op::Hinge>({row({1, -2, -1}), row({1, -1, 1})}) == "0 0 -1/3 | 0 0 1/3");
}

TEST_CASE("clip passes on what is at its bound", "[op][corner]") {
  const Attributes bounds = with_numbers({-1, 1});
  CHECK(gradient<op::Clip<op::Bounds::both>>({row({-2, -1, 0, 1, 2})}, bounds) == "0 1 1 1 0");
  CHECK(gradient<op::Clip<op::Bounds::low>>({row({-1, 0, 1})}, with_numbers({0})) == "0 1 1");
  CHECK(gradient<op::Clip<op::Bounds::high>>({row({-1, 0, 1})}, with_numbers({0})) == "1 1 0");
}

TEST_CASE("sign, step and comparisons are flat, on their jumps too", "[op][corner]") {
  CHECK(gradient<op::Sign>({row({-1, 0, 1})}) == "0 0 0");
  CHECK(gradient<op::Step>({row({-1, 0, 1})}, with_numbers({0})) == "0 0 0");
  CHECK(gradient<op::Compare<op::Relation::less>>({row({1, 2}), row({2, 2})}) == "0 0 | 0 0");
}

TEST_CASE("the perceptron learns from a score of 0, as the textbook has it", "[op][corner]") {
  // Y·S = 0 at the first entry, −2 at the second, 1 at the third
  CHECK(gradient<op::Perceptron>({row({0, 2, 1}), row({1, -1, 1})}) == "-1/3 1/3 0 | 0 -2/3 0");
}

TEST_CASE("huber is the square's slope up to delta, and delta beyond", "[op][corner]") {
  CHECK(gradient<op::Huber>({row({0, 1, 3, -4}), row({0, 0, 0, 0})}, with_numbers({2})) ==
        "0 1/4 1/2 -1/2 | 0 -1/4 -1/2 1/2");
}

TEST_CASE("the standard deviation of equal entries has slope 0", "[op][corner]") {
  CHECK(gradient<op::StandardDeviation<Over::all>>({row({2, 2})}, with_numbers({0})) == "0 0");
  CHECK(gradient<op::StandardDeviation<Over::all>>({row({1, 3})}, with_numbers({0})) == "-1/2 1/2");
}

TEST_CASE("a product with a 0 in it has the product of the others as its slope", "[op][corner]") {
  CHECK(gradient<op::Prod<Over::all>>({row({2, 0, 3})}) == "0 6 0");
  CHECK(gradient<op::Prod<Over::all>>({row({0, 0, 3})}) == "0 0 0");
  CHECK(gradient<op::Prod<Over::each_row>>({row({2, 5})}) == "5 2");
}

TEST_CASE("a determinant has its cofactors as slopes, of a singular matrix too", "[op][corner]") {
  Array<Exact> singular(2, 2);
  singular << 1, 2, 2, 4;
  CHECK(gradient<op::Determinant>({singular}) == "4 -2 -2 1");
  CHECK_THROWS_WITH(gradient<op::Inverse>({singular}),
                    "this matrix is singular, its determinant is 0, and has no inverse (a small "
                    "multiple of the identity added to it gives it one)");
}

TEST_CASE("the norm of nothing but zeros has slope 0", "[op][corner]") {
  CHECK(gradient<op::Norm<Over::all>>({row({0, 0})}) == "0 0");
  CHECK(gradient<op::Norm<Over::each_column>>({row({0, 3})}) == "0 1");
  CHECK(gradient<op::Norm<Over::each_row>>({row({3, 4})}) == "3/5 4/5");
}

TEST_CASE("a power's slopes at 0 are PyTorch's", "[op][corner]") {
  CHECK(gradient<op::Power>({row({0, 0, 0}), row({0, 1, 2})}) == "0 1 0 | 0 0 0");
  CHECK(gradient<op::Power>({row({1, 4}), row({0, 0})}).starts_with("0 0 |"));  // x**0 is flat
  for (const double n : {0.0, 1.0, 2.0, 3.0}) {
    CAPTURE(n);
    Graph graph;
    const NodeId x = graph.leaf(LeafKind::input, "x", scalar_shape);
    const NodeId exponent = graph.leaf(LeafKind::input, "n", scalar_shape);
    const NodeId y = graph.apply(op::operation<op::Power>(), {x, exponent});
    const std::vector<NodeId> both{x, exponent};
    Tape<double> tape(graph, both);
    tape.own_value(x)(0, 0) = 0;
    tape.own_value(exponent)(0, 0) = n;
    tape.forward();
    tape.backward(y);
    CHECK(tape.value(y)(0, 0) == (n == 0 ? 1.0 : 0.0));
    CHECK(tape.adjoint(x)(0, 0) == (n == 1 ? 1.0 : 0.0));
    CHECK(tape.adjoint(exponent)(0, 0) == 0);
  }
}

TEST_CASE("a class that is not the true one costs nothing, however unlikely it was",
          "[op][corner]") {
  Graph graph;
  const NodeId p = graph.leaf(LeafKind::input, "p", shape_of(2, 1));
  const NodeId target = graph.leaf(LeafKind::input, "y", shape_of(2, 1));
  const std::vector<NodeId> wanted{p};
  for (const Operation* loss : {&op::operation<op::CrossEntropy>(), &op::operation<op::Bce>()}) {
    INFO(loss->name);
    const NodeId result = graph.apply(*loss, {p, target});
    Tape<Exact> tape(graph, wanted, many_bits);
    tape.own_value(p) << Exact(0), Exact(1);
    tape.own_value(target) << Exact(0), Exact(1);
    tape.forward();
    CHECK(tape.value(result)(0, 0) == 0);
    tape.backward(result);
    // cross_entropy: −(1/m) y/p, bce: (1/n)((1 − y)/(1 − p) − y/p), and 0/0 is 0
    const bool binary = loss->name == "bce";
    CHECK(tape.adjoint(p)(0, 0) == (binary ? Exact(Rational(1, 2)) : Exact(0)));
    CHECK(tape.adjoint(p)(1, 0) == (binary ? Exact(Rational(-1, 2)) : Exact(-1)));
  }
}
