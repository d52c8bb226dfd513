// What a training run computes is the lesson's graph, rewritten: the same values and gradients,
// exactly, in every random graph and in the patterns that are rewritten.
#include "tests/catch.hpp"
#include "tests/graph/random_graph.hpp"
#include "tracer/graph/fuse.hpp"
#include "tracer/op/all.hpp"

using namespace tracer;
using namespace tracer::probe;

namespace {

// The loss and the gradient of every leaf, before and after.
void check_same(const Graph& graph, const Values& values, NodeId loss) {
  const std::vector<NodeId> needed{loss};
  const RewrittenGraph fused = fuse(graph, needed);
  Values moved;
  for (const auto& [leaf, value] : values)
    moved[fused.image[static_cast<std::size_t>(leaf)]] = value;
  Run before(graph, values);
  Run after(fused.graph, moved);
  const NodeId image = fused.image[static_cast<std::size_t>(loss)];
  REQUIRE(image >= 0);
  try {
    before.tape().forward();
  } catch (const Undecided&) {
    return;  // equal irrational numbers met in a max: nothing to compare
  }
  after.tape().forward();
  CHECK(same(before.tape().value(loss)(0, 0), after.tape().value(image)(0, 0)));
  before.tape().backward(loss);
  after.tape().backward(image);
  for (const auto& [leaf, value] : values) {
    const NodeId new_leaf = fused.image[static_cast<std::size_t>(leaf)];
    REQUIRE(before.tape().reached(leaf) == after.tape().reached(new_leaf));
    if (!before.tape().reached(leaf)) continue;
    for (Eigen::Index i = 0; i < value.size(); ++i) {
      CHECK(same(before.tape().adjoint(leaf).reshaped()(i),
                 after.tape().adjoint(new_leaf).reshaped()(i)));
    }
  }
}

int count(const Graph& graph, const Operation& operation) {
  int found = 0;
  for (NodeId id = 0; id < graph.size(); ++id) found += graph[id].operation == &operation ? 1 : 0;
  return found;
}

// Two layers, softmax or sigmoid, and the loss of probabilities; samples are columns or rows.
struct Network {
  Graph graph;
  Values values;
  NodeId product = -1, p = -1, loss = -1;

  Network(int axis, bool binary) {
    const int classes = binary ? 1 : 3;
    const auto turned = [&](int r, int c) { return axis == 0 ? shape_of(r, c) : shape_of(c, r); };
    NodeId a = leaf("X", turned(4, 5));
    for (int layer = 1; layer <= 2; ++layer) {
      const int in = layer == 1 ? 4 : 2;
      const int out = layer == 1 ? 2 : classes;
      const std::string number = std::to_string(layer);
      const NodeId w = leaf("W" + number, turned(out, in));
      const NodeId b = leaf("b" + number, turned(out, 1));
      product = axis == 0 ? apply<op::Matmul>({w, a}) : apply<op::Matmul>({a, w});
      Attributes to;
      to.shape = turned(out, 5);
      const NodeId bias = axis == 0 ? apply<op::Broadcast<Over::each_row>>({b}, to)
                                    : apply<op::Broadcast<Over::each_column>>({b}, to);
      // the bias may stand on either side
      a = graph.name(layer == 1 ? apply<op::Add>({product, bias}) : apply<op::Add>({bias, product}),
                     "Z" + number);
      if (layer == 1) a = graph.name(apply<op::Tanh>({a}), "A1");
    }
    const NodeId y = graph.leaf(LeafKind::data, "Y", turned(classes, 5));
    values[y] = filled(turned(classes, 5), 0);
    for (int k = 0; k < 5; ++k) {
      if (!binary || k % 2 == 0)
        (axis == 0 ? values[y](k % classes, k) : values[y](k, k % classes)) = Exact(1);
    }
    Attributes with;
    with.axis = axis;
    p = graph.name(binary ? apply<op::Sigmoid>({a}) : apply<op::Softmax>({a}, with), "P");
    loss = binary ? apply<op::Bce>({p, y}) : apply<op::CrossEntropy>({p, y}, with);
  }

  NodeId leaf(const std::string& name, const Shape& shape) {
    const NodeId id = graph.leaf(LeafKind::parameter, name, shape);
    values[id] = filled(shape, 0);
    int turn = id;
    for (Exact& entry : values[id].reshaped()) entry = Exact(Rational((++turn * 7) % 11 - 5, 4));
    return id;
  }
  template <class Op>
  NodeId apply(std::vector<NodeId> operands, Attributes with = {}) {
    return graph.apply(op::operation<Op>(), std::move(operands), std::move(with));
  }
};

}  // namespace

TEST_CASE("a fused random graph has the same loss and gradients, exactly", "[graph][fuse]") {
  int undecided = 0;  // a divisor that may be 0, as far as an interval tells
  for (unsigned seed = 1; seed <= 150; ++seed) {
    const RandomGraph random(seed);
    INFO("seed " << seed << "\n" << random.told);
    try {
      check_same(random.graph, random.values, random.loss);
    } catch (const Undecided&) {
      ++undecided;
    }
  }
  CHECK(undecided < 5);
}

TEST_CASE("layers with a bias become one operation, and losses take logits", "[graph][fuse]") {
  for (const int axis : {0, 1}) {
    for (const bool binary : {false, true}) {
      CAPTURE(axis, binary);
      const Network network(axis, binary);
      check_same(network.graph, network.values, network.loss);
      const std::vector<NodeId> needed{network.loss};
      const Graph fused = fuse(network.graph, needed).graph;
      CHECK(count(fused, op::operation<op::Affine>()) == 2);
      CHECK(count(fused, op::operation<op::Matmul>()) == 0);
      CHECK(count(fused, op::operation<op::Softmax>()) == 0);
      CHECK(count(fused, op::operation<op::Sigmoid>()) == 0);
      CHECK(count(fused, binary ? op::operation<op::BceWithLogits>()
                                : op::operation<op::SoftmaxCrossEntropy>()) == 1);
      CHECK(fused.find("Z1") >= 0);
    }
  }
}

TEST_CASE("what is needed is kept, whatever could be fused", "[graph][fuse]") {
  const Network network(0, false);
  const std::vector<NodeId> needed{network.loss, network.p, network.product};
  const RewrittenGraph fused = fuse(network.graph, needed);
  for (const NodeId id : needed) CHECK(fused.image[static_cast<std::size_t>(id)] >= 0);
  CHECK(count(fused.graph, op::operation<op::Affine>()) == 1);
  CHECK(count(fused.graph, op::operation<op::Softmax>()) == 1);
  CHECK(fused.graph[fused.image[static_cast<std::size_t>(network.p)]].name == "P");
}
