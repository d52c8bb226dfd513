// What a tape and a graph throw, at which node, with which words.
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

struct Failure {
  NodeId node = -1;
  bool in_backward = false;
  std::string words;
};

Failure failure(const Graph& graph, NodeId leaf, const Exact& value, NodeId result) {
  const std::vector<NodeId> wanted{leaf};
  Tape<Exact> tape(graph, wanted, many_bits);
  tape.own_value(leaf).setConstant(value);
  try {
    tape.forward();
    tape.backward(result);
  } catch (const NodeError& error) {
    return {error.node, error.in_backward, error.what()};
  }
  return {};
}

}  // namespace

TEST_CASE("a value outside a domain names its node, and whether it was on the way back",
          "[tape][error]") {
  Graph graph;
  const NodeId x = graph.leaf(LeafKind::input, "x", scalar_shape);
  const NodeId logarithm = apply<op::Log>(graph, {x});
  const Failure log_failure = failure(graph, x, 0, logarithm);
  CHECK(log_failure.node == logarithm);
  CHECK(!log_failure.in_backward);
  CHECK(log_failure.words == "log(0) is minus infinity");

  Graph quotient;
  const NodeId b = quotient.leaf(LeafKind::input, "b", scalar_shape);
  const NodeId top = quotient.constant(Rational(1));
  const NodeId divided = apply<op::Divide>(quotient, {top, b});
  const Failure division = failure(quotient, b, 0, divided);
  CHECK(division.node == divided);
  CHECK(division.words == "division by zero");

  Graph roots;
  const NodeId r = roots.leaf(LeafKind::input, "r", scalar_shape);
  const NodeId root = apply<op::Sqrt>(roots, {r});
  const NodeId twice = apply<op::Add>(roots, {root, root});
  const Failure slope = failure(roots, r, 0, twice);
  CHECK(slope.node == root);
  CHECK(slope.in_backward);
}

TEST_CASE("an error inside a composite operation is the operation's", "[tape][error]") {
  Graph graph;
  const NodeId p = graph.leaf(LeafKind::input, "p", shape_of(2, 1));
  const NodeId y = graph.constant(Array<Exact>::Constant(2, 1, Exact(1)), "y");
  const NodeId loss = apply<op::CrossEntropy>(graph, {p, y});
  const Failure error = failure(graph, p, 0, loss);
  CHECK(error.node == loss);
  CHECK(!error.in_backward);
}

TEST_CASE("a branch that intervals can't decide names its node", "[tape][error]") {
  Graph graph;
  const NodeId x = graph.leaf(LeafKind::input, "x", scalar_shape);
  const NodeId s = apply<op::Square>(graph, {apply<op::Sin>(graph, {x})});
  const NodeId c = apply<op::Square>(graph, {apply<op::Cos>(graph, {x})});
  const NodeId nothing =
      apply<op::Subtract>(graph, {apply<op::Add>(graph, {s, c}), graph.constant(Rational(1))});
  const NodeId y = apply<op::Relu>(graph, {nothing});
  Tape<Exact> tape(graph, {}, many_bits);
  tape.own_value(x)(0, 0) = 1;
  try {
    tape.forward();
    FAIL("decided");
  } catch (const NodeUndecided& undecided) {
    CHECK(undecided.node == y);
  }
}

TEST_CASE("shapes are checked when a node is made, in words", "[graph][error]") {
  Graph graph;
  const auto leaf = [&](int rows, int columns) {
    return graph.leaf(LeafKind::input, "x", shape_of(rows, columns));
  };
  const NodeId a = leaf(3, 4);
  const NodeId b = leaf(5, 2);
  const NodeId row = leaf(1, 2);
  CHECK_THROWS_WITH(apply<op::Matmul>(graph, {a, b}),
                    "matmul: inner sizes differ: left is 3×4, right is 5×2");
  CHECK_THROWS_WITH(apply<op::Add>(graph, {a, b}), "add: the shapes differ: 3×4 and 5×2");
  CHECK_THROWS_WITH(apply<op::Mse>(graph, {a, b}), "mse: the shapes differ: 3×4 and 5×2");
  CHECK_THROWS_WITH(apply<op::Outer>(graph, {a, row}), "outer: wants two vectors, got 3×4 and 1×2");
  CHECK_THROWS_WITH(apply<op::Concat<0>>(graph, {a, b}),
                    "concat: 3×4 and 5×2 can't be put below each other");
  CHECK_THROWS_WITH(apply<op::Concat<1>>(graph, {a, b}),
                    "concat: 3×4 and 5×2 can't be put side by side");
  Attributes to;
  to.shape = shape_of(2, 5);
  CHECK_THROWS_WITH(apply<op::Reshape>(graph, {a}, to),
                    "reshape: 3×4 can't become 2×5: the number of entries differs");
  CHECK_THROWS_WITH(apply<op::Broadcast<Over::each_column>>(graph, {row}, to),
                    "broadcast: 1×2 can't be repeated to 2×5");
  to.row = 2;
  CHECK_THROWS_WITH(apply<op::Slice>(graph, {a}, to), "slice: [2:4, 0:5] reaches beyond 3×4");
  CHECK_THROWS_WITH(apply<op::Place>(graph, {a}, to), "place: 3×4 at [2,0] reaches beyond 2×5");
  CHECK_THROWS_WITH(apply<op::BatchNorm>(graph, {a, row, row}),
                    "batch_norm: gamma is 1×2, but a layer of 3×4 needs 3×1");
}

TEST_CASE("a graph with a size that is only a name can't be run", "[tape][error]") {
  Graph graph;
  graph.leaf(LeafKind::parameter, "W", {{0, "m"}, {0, "n"}});
  CHECK_THROWS_WITH((Tape<double>(graph, {})),
                    "W is m×n: its size is not a number, so it can't be computed");
}
