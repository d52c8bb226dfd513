// The graph as such: names, lines, formulas appended, and how its values stand in formulas.
#include "tests/catch.hpp"
#include "tests/graph/probe.hpp"
#include "tests/symbol/plain.hpp"
#include "tracer/graph/backward.hpp"
#include "tracer/op/all.hpp"
#include "tracer/symbol/simplify.hpp"

using namespace tracer;
using namespace tracer::probe;

namespace {

// z = w·x + b; L = ½(z − y)²
struct Neuron {
  Graph graph;
  NodeId w = graph.leaf(LeafKind::parameter, "w", scalar_shape);
  NodeId x = graph.leaf(LeafKind::data, "x", scalar_shape);
  NodeId b = graph.leaf(LeafKind::parameter, "b", scalar_shape);
  NodeId y = graph.leaf(LeafKind::data, "y", scalar_shape);
  NodeId product = graph.apply(op::operation<op::Multiply>(), {w, x});
  NodeId z = graph.name(graph.apply(op::operation<op::Add>(), {product, b}), "z");
  NodeId difference = graph.apply(op::operation<op::Subtract>(), {z, y});
  NodeId half = graph.constant(Rational(1, 2));
  NodeId squared = graph.apply(op::operation<op::Square>(), {difference});
  NodeId L = graph.name(graph.apply(op::operation<op::Multiply>(), {half, squared}), "L");
};

}  // namespace

TEST_CASE("a named line is what lies between it and the names below it", "[graph]") {
  const Neuron n;
  CHECK(n.graph.line_nodes(n.z) == std::vector<NodeId>{n.product, n.z});
  CHECK(n.graph.line_operands(n.z) == std::vector<NodeId>{n.w, n.x, n.b});
  CHECK(n.graph.line_nodes(n.L) == std::vector<NodeId>{n.difference, n.squared, n.L});
  CHECK(n.graph.line_operands(n.L) == std::vector<NodeId>{n.z, n.y, n.half});
  CHECK(plain(line_formula(n.graph, n.z)) == "w*x + b");
  CHECK(plain(simplify(line_formula(n.graph, n.L))) == "(1/2)*((z - y)^2)");
  CHECK(n.graph.find("z") == n.z);
  CHECK(n.graph.find("nothing") == -1);
}

TEST_CASE(
    "a line run backward over symbols: constants are sent nothing, each operand's uses added up",
    "[graph]") {
  const Neuron n;
  const auto sent = [](const Graph& graph, NodeId line, const Symbol& above) {
    BackwardGraph back(graph, graph.size() - 1);
    return back.line(back.pass(), line, above);
  };
  const auto at_z = sent(n.graph, n.z, Symbol::leaf("G", scalar_shape));
  CHECK(plain(simplify(at_z.at(n.w))) == "G*x");
  CHECK(plain(simplify(at_z.at(n.b))) == "G");
  const auto at_L = sent(n.graph, n.L, 1);
  CHECK(at_L.size() == 2);                          // z and y, and not ½
  CHECK(plain(simplify(at_L.at(n.z))) == "z - y");  // the 2 of the square and the ½ have cancelled
  Graph twice;
  const NodeId x = twice.leaf(LeafKind::parameter, "x", scalar_shape);
  const NodeId y = twice.name(twice.apply(op::operation<op::Multiply>(), {x, x}), "y");
  CHECK(plain(simplify(sent(twice, y, 1).at(x))) == "2*x");
}

TEST_CASE("a second name gets a node of its own", "[graph]") {
  Graph graph;
  const NodeId x = graph.leaf(LeafKind::input, "x", scalar_shape);
  const NodeId y = graph.name(x, "y");
  const NodeId z = graph.name(y, "z");
  CHECK(y != x);
  CHECK(z != y);
  CHECK(plain(line_formula(graph, z)) == "y");
}

TEST_CASE(
    "append: scalars are broadcast where the formula leaves that out, shared parts are appended "
    "once",
    "[graph]") {
  Graph graph;
  const NodeId a = graph.leaf(LeafKind::input, "A", shape_of(2, 3));
  const Symbol A = Symbol::leaf("A", shape_of(2, 3));
  const NodeId result = graph.append(2 * A + 1, {{"A", a}});
  CHECK(graph[result].shape == shape_of(2, 3));
  CHECK(disagreement(evaluate(2 * A + 1, {{"A", filled(shape_of(2, 3), 3)}}, shape_of(2, 3)),
                     filled(shape_of(2, 3), 7)) == "");
  const NodeId before = graph.size();
  const Symbol shared = exp(A);
  graph.append(shared * shared, {{"A", a}});
  CHECK(graph.size() == before + 2);
  CHECK_THROWS_AS(graph.append(Symbol::leaf("B", scalar_shape), {{"A", a}}), std::out_of_range);
}

TEST_CASE("a constant stands in formulas as its name, its number, or, if irrational, as a value",
          "[graph]") {
  Graph graph;
  CHECK(plain(symbol_of(graph, graph.constant(Rational(1, 100), "eta"))) == "eta");
  CHECK(plain(symbol_of(graph, graph.constant(Rational(1, 100)))) == "0.01");
  const NodeId e = graph.constant(Array<Exact>::Constant(1, 1, exp(Exact(1))));
  CHECK(symbol_of(graph, e).kind() == Symbol::Kind::leaf);
}
