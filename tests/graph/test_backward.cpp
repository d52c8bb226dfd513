// The backward pass as a graph: over Exact it is the tape's, edits of it change what they should
// and nothing else, and what was appended for a trial leaves no trace.
#include "tracer/graph/backward.hpp"

#include "tests/catch.hpp"
#include "tests/claims/claims_of.hpp"
#include "tests/graph/random_graph.hpp"
#include "tests/op/cases.hpp"
#include "tracer/claims/point.hpp"
#include "tracer/error.hpp"
#include "tracer/number/uncertain.hpp"

using namespace tracer;
using namespace tracer::probe;

namespace {

using Pass = BackwardGraph::Pass;

std::shared_ptr<const Edit> edit(NodeId node, int operand, Symbol formula) {
  return std::make_shared<const Edit>(Edit{node, operand, std::move(formula)});
}

// The values of some nodes, from a tape of their own.
template <class S>
std::vector<Array<S>> values_of(const Graph& graph, const std::map<NodeId, Array<S>>& leaves,
                                const std::vector<NodeId>& nodes, Working working = {}) {
  Tape<S> tape(graph, std::span<const NodeId>{}, working);
  for (const auto& [leaf, value] : leaves) tape.own_value(leaf) = value;
  tape.forward();
  std::vector<Array<S>> values;
  for (const NodeId node : nodes) values.push_back(tape.value(node));
  return values;
}

std::vector<Array<Exact>> exact_values(const BackwardGraph& back, const Values& leaves,
                                       const std::vector<NodeId>& nodes) {
  return values_of<Exact>(back.graph(), leaves, nodes, many_bits);
}

// 2-3-2, with relu and softmax; its nodes by name, its leaves' values
struct Net {
  Program program = lesson(small_net);
  BatchGraph batch = *program.graph(4);
  BackwardGraph back{batch.graph, batch.loss};
  Values values;

  Net() {
    for (const auto& [name, value] : point_of(program, batch, {0, 1, 2, 3})) {
      values[node(name)] = value.unaryExpr([](double x) { return Exact::from_double(x); });
    }
  }
  NodeId node(const std::string& name) const { return batch.graph.find(name); }
  Shape shape(const std::string& name) const { return batch.graph[node(name)].shape; }
  // the operation that a value goes into first
  NodeId user(const std::string& name, std::size_t i = 0) const {
    return back.uses(node(name)).at(i).first;
  }
  Array<Exact> value(NodeId of) const { return exact_values(back, values, {of}).front(); }
  Array<Exact> gradient(Pass pass, const std::string& name) {
    return value(back.gradient(pass, node(name)));
  }
};

const std::vector<std::string> all_of_it{"Z2", "W2", "b2", "A1", "Z1", "W1", "b1"};

}  // namespace

TEST_CASE("backward graph: of random graphs it gives exactly the tape's gradients",
          "[graph][random]") {
  int compared = 0;
  int undecided = 0;
  for (unsigned seed = 1; seed <= 200; ++seed) {
    const RandomGraph g(seed);
    INFO("seed " << seed << "\n" << g.told);
    try {
      Run run(g.graph, g.values);
      run.tape().forward();
      run.tape().backward(g.loss);
      BackwardGraph back(g.graph, g.loss);
      Pass pass = back.pass();
      std::vector<NodeId> leaves, gradients;
      for (const auto& [leaf, value] : g.values) {
        const NodeId gradient = back.gradient(pass, leaf);
        CHECK((gradient >= 0) == run.tape().reached(leaf));
        if (gradient < 0) continue;
        leaves.push_back(leaf);
        gradients.push_back(gradient);
      }
      const auto values = exact_values(back, g.values, gradients);
      for (std::size_t i = 0; i < leaves.size(); ++i, ++compared) {
        INFO("node " << leaves[i]);
        CHECK(disagreement(run.tape().adjoint(leaves[i]), values[i]) == "");
      }
    } catch (const Undecided&) {
      ++undecided;
    }
  }
  CHECK(compared > 600);
  CHECK(undecided < 10);
}

TEST_CASE("backward graph: of every operation it gives exactly the tape's gradients, for any seed",
          "[graph][op]") {
  for (const Operation* operation : op::operations()) {
    DYNAMIC_SECTION(operation->name) {
      for (const Case& c : all_cases().at(operation)) {
        INFO(c.text());
        CaseGraph g(c);
        const NodeId seed = g.graph.leaf(LeafKind::input, "seed", c.result);
        Run run(g.graph, g.values);
        run.tape().own_value(seed) = weights(c.result);
        run.tape().forward();
        run.tape().backward(g.result, weights(c.result));
        g.values[seed] = weights(c.result);
        BackwardGraph back(g.graph, g.result, seed);
        Pass pass = back.pass();
        std::vector<NodeId> gradients;
        for (const NodeId operand : g.operands) gradients.push_back(back.gradient(pass, operand));
        const auto values = exact_values(back, g.values, gradients);
        for (std::size_t i = 0; i < gradients.size(); ++i) {
          CAPTURE(i);
          CHECK(disagreement(run.tape().adjoint(g.operands[i]), values[i]) == "");
        }
      }
    }
  }
}

TEST_CASE("backward graph: what the loss does not depend on has no gradient", "[graph]") {
  Graph graph;
  const NodeId x = graph.leaf(LeafKind::parameter, "x", scalar_shape);
  const NodeId unused = graph.leaf(LeafKind::parameter, "unused", scalar_shape);
  const NodeId loss = graph.name(graph.apply(op::operation<op::Square>(), {x}), "L");
  BackwardGraph back(graph, loss);
  Pass pass = back.pass();
  CHECK(back.gradient(pass, unused) == -1);
  CHECK_FALSE(back.is_live(unused));
  CHECK(back.is_live(x));
  // the gradient of the loss itself is 1
  CHECK(disagreement(values_of<Exact>(back.graph(), {{x, filled(scalar_shape, 3)}},
                                      {back.gradient(pass, loss)})[0],
                     filled(scalar_shape, 1)) == "");
}

TEST_CASE("backward graph: an upstream gradient is the seed", "[graph]") {
  const Program program = lesson(
      "param W = [[1, 2], [0.5, -1]]\ninput X = [[1], [2]]\ninput dY = [[1], [-3]]\n"
      "Y = tanh(W @ X)\ngrad Y wrt W, X with dY\n");
  const BatchGraph batch = *program.graph(1);
  const NodeId seed = batch.graph.find("dY");
  BackwardGraph back(batch.graph, batch.loss, seed);
  Pass pass = back.pass();
  Values values;
  for (const auto& [name, value] : point_of(program, batch, {})) {
    values[batch.graph.find(name)] =
        value.unaryExpr([](double x) { return Exact::from_double(x); });
  }
  Run run(batch.graph, values);
  run.tape().forward();
  run.tape().backward(batch.loss, values.at(seed));
  for (const std::string name : {"W", "X"}) {
    CAPTURE(name);
    const NodeId leaf = batch.graph.find(name);
    CHECK(disagreement(run.tape().adjoint(leaf),
                       exact_values(back, values, {back.gradient(pass, leaf)})[0]) == "");
  }
  CHECK(back.gradient(pass, batch.loss) == seed);
}

TEST_CASE("backward graph: an edit is what it says, and changes only what is below it", "[graph]") {
  Net net;
  Pass right = net.back.pass();
  std::map<std::string, NodeId> before;
  for (const std::string& name : all_of_it) before[name] = net.back.gradient(right, net.node(name));
  // relu(Z1) for relu′(Z1)
  const Shape shape = net.shape("Z1");
  Pass wrong = net.back.edited(
      right, edit(net.node("A1"), 0, reads::from_above(shape) * reads::result(shape)));
  std::map<std::string, NodeId> after;
  for (const std::string& name : all_of_it) after[name] = net.back.gradient(wrong, net.node(name));
  for (const std::string name : {"Z2", "W2", "b2", "A1"}) CHECK(after[name] == before[name]);
  for (const std::string name : {"Z1", "W1", "b1"}) CHECK(after[name] != before[name]);
  const Array<Exact> a1 = net.value(net.node("A1"));
  const Array<Exact> dz1 = net.value(after["A1"]) * a1;
  CHECK(disagreement(net.value(after["Z1"]), dz1) == "");
  const Array<Exact> dw1 =
      (dz1.matrix() * net.values.at(net.node("X")).matrix().transpose()).array();
  CHECK(disagreement(net.value(after["W1"]), dw1) == "");
  // the right pass is what it was
  for (const std::string& name : all_of_it)
    CHECK(net.back.gradient(right, net.node(name)) == before[name]);
}

TEST_CASE("backward graph: passes share every node that their edits leave alone", "[graph]") {
  Net net;
  Pass right = net.back.pass();
  for (const std::string& name : all_of_it) net.back.gradient(right, net.node(name));
  const NodeId size = net.back.graph().size();
  Pass again = net.back.pass();
  for (const std::string& name : all_of_it)
    CHECK(net.back.gradient(again, net.node(name)) == net.back.gradient(right, net.node(name)));
  CHECK(net.back.graph().size() == size);
  const Shape shape = net.shape("Z1");
  // an edit that says the same formula object twice appends it once
  const auto change = edit(net.node("A1"), 0, reads::from_above(shape) * 2);
  Pass once = net.back.edited(net.back.pass(), change);
  const NodeId first = net.back.gradient(once, net.node("W1"));
  const NodeId larger = net.back.graph().size();
  CHECK(larger > size);
  CHECK(larger < size + 12);  // the layer below, not the whole pass
  Pass twice = net.back.edited(net.back.pass(), change);
  CHECK(net.back.gradient(twice, net.node("W1")) == first);
  CHECK(net.back.graph().size() == larger);
}

TEST_CASE("backward graph: a later edit at the same place replaces the earlier one", "[graph]") {
  Net net;
  const Shape shape = net.shape("Z1");
  const auto five = edit(net.node("A1"), 0, reads::from_above(shape) * 5);
  const auto seven = edit(net.node("A1"), 0, reads::from_above(shape) * 7);
  const Pass pass = net.back.edited(net.back.edited(net.back.pass(), five), seven);
  CHECK(pass.edits.size() == 1);
  CHECK(disagreement(net.gradient(pass, "Z1"),
                     Array<Exact>(net.gradient(net.back.pass(), "A1") * Exact(7))) == "");
}

TEST_CASE("backward graph: edits of the whole gradient of a value read its parts and its sum",
          "[graph]") {
  const Program program =
      lesson("param w = 3\nparam v = 5\na = 2*w\nb = w*v\nc = w**2\nL = a + 7*b + c\n");
  const BatchGraph batch = *program.graph(1);
  BackwardGraph back(batch.graph, batch.loss);
  const NodeId w = batch.graph.find("w");
  const Values values{{w, filled(scalar_shape, 3)},
                      {batch.graph.find("v"), filled(scalar_shape, 5)}};
  REQUIRE(back.uses(w).size() == 3);
  const auto under = [&](const Symbol& formula, long double factor = 1) {
    Pass pass = back.edited(back.pass(), edit(w, -1, formula), factor);
    return text_of(exact_values(back, values, {back.gradient(pass, w)})[0]);
  };
  const Symbol part[] = {reads::part(0, scalar_shape), reads::part(1, scalar_shape),
                         reads::part(2, scalar_shape)};
  const Symbol sum = reads::sum(scalar_shape);
  CHECK(under(sum) == "43");  // 2 + 35 + 6
  CHECK(under(part[0]) == "2");
  CHECK(under(part[1]) == "35");
  CHECK(under(part[2]) == "6");
  CHECK(under(sum - part[1]) == "8");
  CHECK(under(sum + reads::value(batch.graph.find("v"), scalar_shape)) == "48");
  CHECK(under(reads::factor() * sum, 2) == "86");
  CHECK(under(reads::factor() * sum, 0.5L) == "43/2");
  CHECK(under(-sum) == "-43");
  CHECK(under(Symbol(0)) == "0");
}

TEST_CASE("backward graph: a factor has its 64 bits", "[graph]") {
  Net net;
  const auto scaled = std::make_shared<const Edit>(
      Edit{net.node("b2"), -1, reads::factor() * reads::sum(net.shape("b2")), {}, true});
  const long double third = 1.0L / 3;
  const Pass pass = net.back.edited(net.back.pass(), scaled, third);
  const auto high = static_cast<double>(third);
  const Exact k = Exact::from_double(high) +
                  Exact::from_double(static_cast<double>(third - static_cast<long double>(high)));
  CHECK(disagreement(net.gradient(pass, "b2"),
                     Array<Exact>(net.gradient(net.back.pass(), "b2") * k)) == "");
}

TEST_CASE("backward graph: a formula of numbers alone stands for every entry", "[graph]") {
  Net net;
  const Pass pass = net.back.edited(net.back.pass(), edit(net.node("A1"), 0, Symbol(3)));
  CHECK(disagreement(net.gradient(pass, "Z1"), filled(net.shape("Z1"), 3)) == "");
}

TEST_CASE("backward graph: what is silenced is dropped", "[graph]") {
  const Program program = lesson("param x = 3\na = x*x + 2*x\nL = 5*a\n");
  const BatchGraph batch = *program.graph(1);
  BackwardGraph back(batch.graph, batch.loss);
  const NodeId x = batch.graph.find("x");
  const auto& uses = back.uses(x);
  REQUIRE(uses.size() == 3);
  Edit made{uses[0].first, uses[0].second, Symbol(100)};
  made.silenced = {uses[1], uses[2]};
  Pass pass = back.edited(back.pass(), std::make_shared<const Edit>(made));
  CHECK(text_of(exact_values(back, {{x, filled(scalar_shape, 3)}}, {back.gradient(pass, x)})[0]) ==
        "100");
  Edit two{uses[0].first, uses[0].second, Symbol(100)};
  two.silenced = {uses[1]};
  Pass rest = back.edited(back.pass(), std::make_shared<const Edit>(two));
  CHECK(text_of(exact_values(back, {{x, filled(scalar_shape, 3)}}, {back.gradient(rest, x)})[0]) ==
        "110");
}

TEST_CASE("backward graph: an edit reads other gradients as this pass has them, in any order",
          "[graph]") {
  // the gradient of W2 stands where W2 belongs, and is itself doubled
  const auto gradients = [](bool other_order) {
    Net net;
    const Shape w2 = net.shape("W2");
    const NodeId product = net.user("A1");
    REQUIRE(net.batch.graph[product].operands[1] == net.node("A1"));
    const auto for_weight = edit(product, 1,
                                 dot(transpose(reads::gradient(net.node("W2"), w2)),
                                     reads::from_above(net.batch.graph[product].shape)));
    const auto doubled = edit(net.node("W2"), -1, reads::sum(w2) * 2);
    Pass pass = net.back.pass();
    pass = net.back.edited(pass, other_order ? doubled : for_weight);
    net.back.gradient(pass, net.node("A1"));
    pass = net.back.edited(pass, other_order ? for_weight : doubled);
    return std::pair(net.gradient(pass, "A1"), net.gradient(net.back.pass(), "W2"));
  };
  const auto [one, w2] = gradients(true);
  const auto [other, same] = gradients(false);
  CHECK(disagreement(one, other) == "");
  // and it is what it should be: (2·dW2)ᵀ dZ2
  Net net;
  const Array<Exact> right =
      ((w2 * Exact(2)).matrix().transpose() * net.gradient(net.back.pass(), "Z2").matrix()).array();
  CHECK(disagreement(one, right) == "");
}

TEST_CASE("backward graph: a formula that does not fit is an error, and leaves nothing behind",
          "[graph]") {
  Net net;
  Pass wide = net.back.edited(
      net.back.pass(), edit(net.node("A1"), 0, transpose(reads::from_above(net.shape("Z1")))));
  const NodeId size = net.back.graph().size();
  CHECK_THROWS_WITH(net.back.gradient(wide, net.node("W1")), "a gradient has its value's shape");
  net.back.cut(size);
  // of a node whose turn comes later
  Pass later = net.back.edited(
      net.back.pass(), edit(net.node("A1"), 0, reads::gradient(net.node("Z1"), net.shape("Z1"))));
  CHECK_THROWS_AS(net.back.gradient(later, net.node("W1")), ShapeError);
  net.back.cut(size);
  Run run(net.batch.graph, net.values);
  run.tape().forward();
  run.tape().backward(net.batch.loss);
  CHECK(disagreement(run.tape().adjoint(net.node("W1")), net.gradient(net.back.pass(), "W1")) ==
        "");
}

TEST_CASE("backward graph: cut takes back, and the same can be appended again", "[graph]") {
  Net net;
  Pass right = net.back.pass();
  net.back.gradient(right, net.node("A1"));
  const NodeId mark = net.back.graph().size();
  const Shape shape = net.shape("Z1");
  const auto change = std::make_shared<const Edit>(
      Edit{net.node("A1"), 0, reads::from_above(shape) * reads::factor(), {}, true});
  const auto run = [&](long double factor) {
    Pass pass = net.back.edited(right, change, factor);
    const NodeId gradient = net.back.gradient(pass, net.node("W1"));
    const Array<Exact> value = net.value(gradient);
    const NodeId size = net.back.graph().size();
    net.back.cut(mark);
    CHECK(net.back.graph().size() == mark);
    return std::tuple(gradient, size, value);
  };
  const auto [gradient, size, value] = run(0.7L);
  const auto [other, other_size, other_value] = run(-3);
  const auto [again, same_size, same] = run(0.7L);
  CHECK(again == gradient);
  CHECK(same_size == size);
  CHECK(disagreement(value, same) == "");
  CHECK_FALSE(disagreement(value, other_value) == "");
  // numbers and sums that were there before are not taken back with it
  const NodeId before = net.back.gradient(right, net.node("Z2"));
  Pass fresh = net.back.pass();
  CHECK(net.back.gradient(fresh, net.node("Z2")) == before);
}

TEST_CASE("backward graph: a chain of 20 000 operations does not overflow the stack", "[graph]") {
  Graph graph;
  const NodeId x = graph.leaf(LeafKind::parameter, "x", scalar_shape);
  NodeId y = x;
  for (int i = 0; i < 20'000; ++i) {
    y = i % 2 == 0 ? graph.apply(op::operation<op::Sin>(), {y})
                   : graph.apply(op::operation<op::Add>(), {y, x});
  }
  const NodeId loss = graph.name(y, "L");
  BackwardGraph back(graph, loss);
  Pass pass = back.pass();
  const NodeId gradient = back.gradient(pass, x);
  const Array<double> at = Array<double>::Constant(1, 1, 0.25);
  Tape<double> tape(graph, std::vector{x});
  tape.own_value(x) = at;
  tape.forward();
  tape.backward(loss);
  CHECK(values_of<double>(back.graph(), {{x, at}}, {gradient})[0](0, 0) == tape.adjoint(x)(0, 0));
  // an edit at its end, asked for again
  Pass wrong = back.edited(pass, edit(loss, -1, reads::sum(scalar_shape) * 2));
  CHECK(values_of<double>(back.graph(), {{x, at}}, {back.gradient(wrong, x)})[0](0, 0) ==
        2 * tape.adjoint(x)(0, 0));
}

TEST_CASE("backward graph: a tape that grows and shrinks with it is as good as a fresh one",
          "[graph][tape]") {
  Net net;
  std::map<NodeId, Array<Uncertain>> leaves;
  for (const auto& [leaf, value] : net.values) leaves[leaf] = value.unaryExpr(&known);
  Tape<Uncertain> tape(net.back.graph(), std::span<const NodeId>{});
  for (const auto& [leaf, value] : leaves) tape.own_value(leaf) = value;
  tape.forward();
  const auto compare_all = [&] {
    std::vector<NodeId> nodes;
    for (NodeId id = 0; id < net.back.graph().size(); ++id) nodes.push_back(id);
    const auto fresh = values_of<Uncertain>(net.back.graph(), leaves, nodes);
    REQUIRE(tape.size() == net.back.graph().size());
    for (const NodeId id : nodes) {
      CAPTURE(id);
      const auto grown = tape.value(id);
      REQUIRE(grown.size() == fresh[static_cast<std::size_t>(id)].size());
      for (Eigen::Index k = 0; k < grown.size(); ++k) {
        CHECK(grown.reshaped()(k).value == fresh[static_cast<std::size_t>(id)].reshaped()(k).value);
        CHECK(grown.reshaped()(k).variance ==
              fresh[static_cast<std::size_t>(id)].reshaped()(k).variance);
      }
    }
  };
  compare_all();
  Pass pass = net.back.pass();
  for (const std::string& name : all_of_it) {
    net.back.gradient(pass, net.node(name));
    tape.grow();
    tape.compute_grown();
    compare_all();
  }
  const NodeId mark = net.back.graph().size();
  // trials in three sizes, with an operation that is a formula (softmax) among them
  const Shape shape = net.shape("Z1");
  const Symbol above = reads::from_above(shape);
  for (const Symbol& formula :
       {above * 2, above * softmax(above, 0), softmax(above, 1), above * 2}) {
    Pass wrong = net.back.edited(net.back.pass(), edit(net.node("A1"), 0, formula));
    net.back.gradient(wrong, net.node("W1"));
    tape.grow();
    tape.compute_grown();
    compare_all();
    // half of it is taken back first
    const NodeId middle = (mark + net.back.graph().size()) / 2;
    tape.shrink(middle);
    net.back.cut(middle);
    compare_all();
    tape.shrink(mark);
    net.back.cut(mark);
    compare_all();
  }
  // a leaf that changes is seen by what has been appended
  Pass right = net.back.pass();
  const NodeId gradient = net.back.gradient(right, net.node("W1"));
  tape.grow();
  leaves[net.node("X")](0, 0) = Uncertain(9);
  tape.own_value(net.node("X")) = leaves[net.node("X")];
  tape.forward();
  compare_all();
  CHECK(gradient < tape.size());
}
