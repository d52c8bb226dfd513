// Where a run stands on a corner: found for every operation that has one, also inside composite
// ones, and proved to be absent where it is.
#include "tests/catch.hpp"
#include "tests/op/cases.hpp"
#include "tracer/check/corners.hpp"
#include "tracer/op/all.hpp"

using namespace tracer;
using namespace tracer::probe;

namespace {

// One operation on leaves; with `root`, on their square roots, which are intervals.
struct One {
  Graph graph;
  std::vector<NodeId> leaves;
  std::map<NodeId, Array<Exact>> values;
  NodeId result = -1;

  One(const Operation& operation, const std::vector<Array<Exact>>& operands,
      const Attributes& with = {}, bool root = false) {
    std::vector<NodeId> inputs;
    for (const Array<Exact>& operand : operands) {
      const auto shape =
          shape_of(static_cast<int>(operand.rows()), static_cast<int>(operand.cols()));
      leaves.push_back(graph.leaf(LeafKind::input, "x" + std::to_string(leaves.size()), shape));
      values[leaves.back()] = operand;
      inputs.push_back(root ? graph.apply(op::operation<op::Sqrt>(), {leaves.back()})
                            : leaves.back());
    }
    result = graph.apply(operation, inputs, with);
  }
  std::vector<CornerMet> met() const {
    return corners_met(graph, leaves, result, values, many_bits);
  }
  std::vector<Eigen::Index> on() const {
    const auto all = met();
    return all.empty() ? std::vector<Eigen::Index>{} : all.front().on;
  }
};

using Entries = std::vector<Eigen::Index>;

}  // namespace

TEST_CASE("corners: every operation with one says which entries are on it", "[check][corner]") {
  const Rational fifth(1, 5);
  CHECK(One(op::operation<op::Relu>(), {row({-1, 0, 1, 0})}).on() == Entries{1, 3});
  CHECK(One(op::operation<op::LeakyRelu>(), {row({0, 1})}, with_numbers({fifth})).on() ==
        Entries{0});
  CHECK(One(op::operation<op::Elu>(), {row({0, 1})}, with_numbers({2})).on() == Entries{0});
  CHECK(One(op::operation<op::Elu>(), {row({0, 1})}, with_numbers({1})).met().empty());
  CHECK(One(op::operation<op::Abs>(), {row({5, 0})}).on() == Entries{1});
  CHECK(One(op::operation<op::Maximum>(), {row({1, 2}), row({1, 3})}).on() == Entries{0});
  CHECK(One(op::operation<op::Minimum>(), {row({1, 2}), row({1, 3})}).on() == Entries{0});
  CHECK(One(op::operation<op::Max<Over::all>>(), {row({7, 1, 7, 3, 3})}).on() == Entries{0, 2});
  CHECK(One(op::operation<op::Max<Over::each_row>>(), {row({1, 7, 3, 3})}).met().empty());
  CHECK(One(op::operation<op::Max<Over::each_column>>(), {row({1, 1})}).met().empty());
  CHECK(One(op::operation<op::Norm<Over::each_column>>(), {row({0, 3})}).on() == Entries{0});
  CHECK(One(op::operation<op::Norm<Over::all>>(), {row({0, 3})}).met().empty());
}

TEST_CASE("corners: every operation whose reference speaks of a choice has its corners in sight",
          "[check][corner]") {
  int with_corners = 0;
  for (const Operation* operation : op::operations()) {
    if (operation->reference == nullptr) continue;
    const std::string_view kinks = operation->reference->kinks;
    // "x = 0: 0 is taken", "several largest: shared evenly", "a = b: ½ each"
    const bool choice = kinks.find("taken") != std::string_view::npos ||
                        kinks.find("shared") != std::string_view::npos ||
                        kinks.find("each") != std::string_view::npos;
    INFO(operation->name);
    const Case& c = all_cases().at(operation).back();
    const CaseGraph g(c);
    const RewrittenGraph apart = with_corners_in_sight(g.graph);
    std::vector<NodeId> all;
    for (NodeId id = 0; id < apart.graph.size(); ++id) all.push_back(id);
    CHECK(nodes_with_corners(apart.graph, all).empty() != choice);
    with_corners += choice ? 1 : 0;
  }
  CHECK(with_corners >= 12);
}

TEST_CASE("corners: those inside hinge and l1 are found, and belong to the whole",
          "[check][corner]") {
  const One hinge(op::operation<op::Hinge>(), {row({1, -2}), row({1, -1})});
  REQUIRE(hinge.met().size() == 1);
  CHECK(hinge.met()[0].node == hinge.result);
  CHECK(hinge.met()[0].operation == &op::operation<op::Relu>());
  CHECK(hinge.on() == Entries{0});
  CHECK(One(op::operation<op::L1>(), {row({0, 2})}).on() == Entries{0});
}

TEST_CASE("corners: what has none is left as it is, with its kernel", "[check][corner]") {
  Graph graph;
  const NodeId z = graph.leaf(LeafKind::input, "z", shape_of(2, 3));
  const NodeId gamma = graph.leaf(LeafKind::parameter, "g", shape_of(2, 1));
  const NodeId n = graph.apply(op::operation<op::BatchNorm>(), {z, gamma, gamma},
                               with_numbers({Rational(1, 100)}));
  graph.name(graph.apply(op::operation<op::L1>(), {n}), "L");
  const RewrittenGraph apart = with_corners_in_sight(graph);
  CHECK(apart.graph[apart.image[static_cast<std::size_t>(n)]].operation ==
        &op::operation<op::BatchNorm>());
  const NodeId loss = apart.graph.find("L");
  CHECK(loss == apart.image.back());
  CHECK(apart.graph[loss].operation == &op::operation<op::Sum<Over::all>>());
}

TEST_CASE("corners: intervals are told from 0, or said to be unsure", "[check][corner]") {
  // √2 and √2 meet in a maximum: equal, but no precision proves it
  const One tie(op::operation<op::Maximum>(), {row({2, 3}), row({5, 2})}, {}, true);
  CHECK(tie.met().empty());
  Graph graph;
  const NodeId x = graph.leaf(LeafKind::input, "x", scalar_shape);
  const NodeId root = graph.apply(op::operation<op::Sqrt>(), {x});
  const NodeId square = graph.apply(op::operation<op::Square>(), {root});
  const NodeId zero = graph.apply(op::operation<op::Subtract>(), {square, x});
  const NodeId size = graph.apply(op::operation<op::Abs>(), {zero});
  const std::vector<NodeId> wrt{x};
  const auto met = corners_met(graph, wrt, size, {{x, filled(scalar_shape, 2)}}, many_bits);
  REQUIRE(met.size() == 1);
  CHECK(met[0].on.empty());
  CHECK(met[0].unsure == Entries{0});
}

TEST_CASE("corners: what nothing wanted reaches does not count", "[check][corner]") {
  Graph graph;
  const NodeId w = graph.leaf(LeafKind::parameter, "w", scalar_shape);
  const NodeId x = graph.leaf(LeafKind::input, "x", scalar_shape);
  const NodeId a = graph.apply(op::operation<op::Relu>(), {x});
  const NodeId y = graph.apply(op::operation<op::Multiply>(), {w, a});
  const std::map<NodeId, Array<Exact>> values{{w, filled(scalar_shape, 1)},
                                              {x, filled(scalar_shape, 0)}};
  const std::vector<NodeId> only_w{w};
  const std::vector<NodeId> both{w, x};
  CHECK(corners_met(graph, only_w, y, values, many_bits).empty());
  CHECK(corners_met(graph, both, y, values, many_bits).size() == 1);
}
