// The tape: how contributions add up, what is run and what is not, where storage lies, and what it
// throws.
#include <limits>
#include <set>

#include "tests/catch.hpp"
#include "tests/graph/probe.hpp"
#include "tracer/error.hpp"
#include "tracer/op/all.hpp"

using namespace tracer;
using namespace tracer::probe;

namespace {

template <class Op>
NodeId apply(Graph& graph, std::vector<NodeId> operands, Attributes with = {}) {
  return graph.apply(op::operation<Op>(), std::move(operands), std::move(with));
}

NodeId scalar(Graph& graph, const std::string& name) {
  return graph.leaf(LeafKind::parameter, name, scalar_shape);
}

template <class S>
Tape<S> tape_of(const Graph& graph, std::vector<NodeId> wanted) {
  return Tape<S>(graph, wanted, many_bits);
}

}  // namespace

TEST_CASE("fan-out: contributions of every user are added", "[tape]") {
  Graph graph;
  const NodeId x = scalar(graph, "x");
  const NodeId cube = apply<op::Multiply>(graph, {apply<op::Multiply>(graph, {x, x}), x});
  const NodeId y = apply<op::Add>(graph, {cube, x});
  auto tape = tape_of<Exact>(graph, {x});
  tape.own_value(x)(0, 0) = 3;
  tape.forward();
  tape.backward(y);
  CHECK(tape.value(y)(0, 0) == 30);
  CHECK(tape.adjoint(x)(0, 0) == 28);  // 3x² + 1
}

TEST_CASE("diamonds: 2^20 paths take 20 steps", "[tape]") {
  Graph graph;
  const NodeId x = scalar(graph, "x");
  NodeId at = x;
  for (int i = 0; i < 20; ++i) at = apply<op::Add>(graph, {at, at});
  auto tape = tape_of<Exact>(graph, {x});
  tape.own_value(x)(0, 0) = 1;
  tape.forward();
  tape.backward(at);
  CHECK(tape.adjoint(x)(0, 0) == 1 << 20);
}

TEST_CASE("what does not lie between a wanted leaf and a result has no adjoint", "[tape]") {
  Graph graph;
  const NodeId w = scalar(graph, "w");
  const NodeId data = scalar(graph, "x");
  const NodeId prepared = apply<op::Exp>(graph, {data});
  const NodeId product = apply<op::Multiply>(graph, {w, prepared});
  const NodeId aside = apply<op::Square>(graph, {w});  // the result does not depend on it
  auto tape = tape_of<Exact>(graph, {w});
  CHECK(tape.wants(w));
  CHECK(tape.wants(product));
  CHECK(tape.wants(aside));
  CHECK(!tape.wants(data));
  CHECK(!tape.wants(prepared));
  tape.own_value(w)(0, 0) = 2;
  tape.own_value(data)(0, 0) = 0;
  tape.forward();
  tape.backward(product);
  CHECK(tape.reached(w));
  CHECK(!tape.reached(aside));
  CHECK(tape.adjoint(w)(0, 0) == 1);
  tape.backward(prepared);  // depends on nothing that is wanted
  CHECK(!tape.reached(w));
  tape.backward(aside);
  CHECK(!tape.reached(product));
  CHECK(tape.adjoint(w)(0, 0) == 4);
}

TEST_CASE("a second run on the same tape starts from fresh adjoints", "[tape]") {
  Graph graph;
  const NodeId x = scalar(graph, "x");
  const NodeId y = apply<op::Add>(graph, {apply<op::Square>(graph, {x}), x});
  auto tape = tape_of<Exact>(graph, {x});
  for (int run = 0; run < 3; ++run) {
    tape.own_value(x)(0, 0) = 5;
    tape.forward();
    tape.backward(y);
    tape.backward(y);
    CHECK(tape.adjoint(x)(0, 0) == 11);
  }
  tape.backward(y, filled(scalar_shape, 3));
  CHECK(tape.adjoint(x)(0, 0) == 33);
}

TEST_CASE("a bound leaf reads from elsewhere, through composite operations too", "[tape]") {
  Graph graph;
  const NodeId x = graph.leaf(LeafKind::data, "x", shape_of(2, 2));
  const NodeId y = graph.leaf(LeafKind::data, "y", shape_of(2, 2));
  const NodeId loss = apply<op::Mse>(graph, {x, y});
  const std::vector<NodeId> wanted{x};
  Tape<double> tape(graph, wanted);
  std::vector<double> there{1, 2, 3, 4};  // column by column
  tape.bind(x, there.data());
  tape.own_value(y).setZero();
  tape.forward();
  tape.backward(loss);
  CHECK(tape.value(loss)(0, 0) == 7.5);
  CHECK(tape.value(x)(0, 1) == 3);
  CHECK(tape.adjoint(x)(1, 1) == 2);  // 2·4/4
  there[3] = 8;
  tape.forward();
  tape.backward(loss);
  CHECK(tape.adjoint(x)(1, 1) == 4);
  std::vector<double> elsewhere{0, 0, 0, 2};
  tape.bind(x, elsewhere.data());
  tape.forward();
  CHECK(tape.value(loss)(0, 0) == 1);
  CHECK_THROWS_AS(tape.own_value(x), std::logic_error);  // nobody would read what is written
}

TEST_CASE("a tape that is moved still runs", "[tape]") {
  Graph graph;
  const NodeId x = graph.leaf(LeafKind::data, "x", shape_of(2, 1));
  const NodeId p = apply<op::Softmax>(graph, {x});
  auto first = tape_of<Exact>(graph, {x});
  first.own_value(x).setConstant(Exact(1));
  Tape<Exact> tape = std::move(first);
  tape.forward();
  tape.backward(p);
  CHECK(close(tape.value(p)(0, 0), Exact(Rational(1, 2)), 1e-100));
}

TEST_CASE("a chain of 100 000 nodes needs no stack", "[tape]") {
  Graph graph;
  const NodeId x = scalar(graph, "x");
  const NodeId one = graph.constant(Rational(1));
  NodeId at = x;
  for (int i = 0; i < 50'000; ++i) {
    at = apply<op::Add>(graph, {at, one});
    at = apply<op::Negate>(graph, {at});
  }
  auto tape = tape_of<double>(graph, {x});
  tape.own_value(x)(0, 0) = 7;
  tape.forward();
  tape.backward(at);
  CHECK(tape.value(at)(0, 0) == 7);  // x → −(x + 1) twice is x
  CHECK(tape.adjoint(x)(0, 0) == 1);
}

TEST_CASE("what depends on constants only is computed once", "[tape]") {
  Graph graph;
  const NodeId two = graph.constant(Rational(2));
  const NodeId root = apply<op::Sqrt>(graph, {two});
  const NodeId x = scalar(graph, "x");
  const NodeId y = apply<op::Multiply>(graph, {root, x});
  Tape<double> tape(graph, {});
  tape.own_value(x)(0, 0) = 1;
  tape.forward();
  CHECK(tape.value(y)(0, 0) == std::sqrt(2.0));
  tape.own_value(root)(0, 0) = 100;  // tampered with: a second forward() must not notice
  tape.forward();
  CHECK(tape.value(y)(0, 0) == 100);
}

TEST_CASE("the hooks see complete values and complete adjoints, and may change them", "[tape]") {
  Graph graph;
  const NodeId x = scalar(graph, "x");
  const NodeId y = apply<op::Square>(graph, {x});
  const NodeId z = apply<op::Add>(graph, {y, apply<op::Multiply>(graph, {y, x})});
  auto tape = tape_of<Exact>(graph, {x});
  std::vector<NodeId> values, adjoints;
  Exact adjoint_of_y = 0;
  tape.on_value = [&](NodeId id, View<Exact> value) {
    values.push_back(id);
    if (id == y) value(0, 0) = 10;  // 9, rounded
  };
  tape.on_adjoint = [&](NodeId id, View<Exact> adjoint) {
    adjoints.push_back(id);
    if (id == y) adjoint_of_y = adjoint(0, 0), adjoint(0, 0) = 5;
  };
  tape.own_value(x)(0, 0) = 3;
  tape.forward();
  CHECK(values == std::vector<NodeId>{0, 1, 2, 3});
  CHECK(tape.value(z)(0, 0) == 40);  // 10 + 10·3: the changed value is carried on
  tape.backward(z);
  CHECK(adjoints == std::vector<NodeId>{3, 2, 1, 0});
  CHECK(adjoint_of_y == 4);  // 1 from the sum and x = 3 from the product
  CHECK(tape.adjoint(x)(0, 0) ==
        5 * 6 + 10);  // what was carried on: 5·2x, and y = 10 from the product
}

TEST_CASE("NaN stays NaN, forward and backward", "[tape]") {
  Graph graph;
  const NodeId x = graph.leaf(LeafKind::data, "x", shape_of(2, 1));
  const NodeId loss = apply<op::Mse>(graph, {apply<op::Relu>(graph, {x}), x});
  auto tape = tape_of<float>(graph, {x});
  tape.own_value(x) << std::numeric_limits<float>::quiet_NaN(), -1.0F;
  tape.forward();
  tape.backward(loss);
  CHECK(std::isnan(tape.value(loss)(0, 0)));
  CHECK(std::isnan(tape.adjoint(x)(0, 0)));
  CHECK(tape.adjoint(x)(1, 0) == -1);  // 2/2·(x − relu x): the other entry is as it was
}

TEST_CASE("the run's precision holds where a value lost it: relu's 0, a leaf set without a wish",
          "[tape]") {
  Graph graph;
  const NodeId x = scalar(graph, "x");
  const NodeId y = apply<op::Softplus>(graph, {apply<op::Relu>(graph, {x})});
  const NodeId z = apply<op::Exp>(graph, {x});
  auto tape = tape_of<Exact>(graph, {x});
  tape.own_value(x)(0, 0) = -1;
  tape.forward();
  CHECK(tape.value(y)(0, 0).working().bits == 400);
  CHECK(tape.value(y)(0, 0).interval().bits() == 400);
  CHECK(tape.value(z)(0, 0).interval().bits() == 400);
}
