// Second derivatives: the backward pass of the backward pass gives the Hessian; differences of
// gradients and symmetry say so.
#include "tests/catch.hpp"
#include "tests/check/points.hpp"
#include "tests/graph/random_graph.hpp"
#include "tracer/check/hessian.hpp"
#include "tracer/error.hpp"

using namespace tracer;
using namespace tracer::probe;

namespace {

GradientReport second(const CheckedGraph& checked) {
  return check_second_order([&](Working working) { return exact_point(checked, working); }, {});
}

/// A right first derivative whose own derivative is wrong: y = x³, ȳ·3x² made of a WrongSquare.
struct CubeOfWrongSquare {
  static constexpr std::string_view name = "cube";
  static constexpr std::string_view call = "";
  static constexpr bool composite = true;
  static constexpr bool has_pullback = true;
  static constexpr std::array samples{-2.0, 0.5, 1.5};
  static Symbol expansion(const Symbol& x) { return x * x * x; }
  static auto pullback(const Symbol& y_bar, const Symbol& /*y*/, const Symbol& x) {
    return std::tuple{3 * y_bar * op::apply<WrongSquare>(x)};
  }
};

}  // namespace

TEST_CASE("hessian: products agree with differences of gradients on random graphs",
          "[check][hessian][random]") {
  int passed = 0;
  for (unsigned seed = 1; seed <= 60; ++seed) {
    const RandomGraph g(seed);
    INFO("seed " << seed << "\n" << g.told);
    try {
      const GradientReport report = second(checked_graph(g.graph, g.values, g.loss));
      CHECK(report.count(Agreement::wrong) == 0);
      passed += report.compared() > 0 ? 1 : 0;
    } catch (const Undecided&) {
    } catch (const NodeError&) {  // a slope of a slope at 0: √ of a sum of squares
    }
  }
  CHECK(passed > 40);
}

TEST_CASE("hessian: a quadratic's is constant, and equal as fractions", "[check][hessian]") {
  Graph graph;
  const NodeId w = graph.leaf(LeafKind::parameter, "w", shape_of(2, 1));
  const NodeId a = graph.constant(filled(shape_of(2, 2), 3));
  const NodeId aw = graph.apply(op::operation<op::Matmul>(), {a, w});
  const NodeId loss = graph.name(graph.apply(op::operation<op::Sum<Over::all>>(),
                                             {graph.apply(op::operation<op::Multiply>(), {w, aw})}),
                                 "L");
  const GradientReport report =
      second(checked_graph(graph, {{w, filled(shape_of(2, 1), 5)}}, loss));
  CHECK(report.passed());
  CHECK(report.order == 2);
  CHECK(report.count(Agreement::equal) == 3);  // two entries, and the symmetry
}

TEST_CASE("hessian: a rule that is right, and whose own derivative is wrong, is found",
          "[check][hessian]") {
  Graph graph;
  const NodeId x = graph.leaf(LeafKind::parameter, "x", scalar_shape);
  const NodeId loss = graph.name(graph.apply(op::operation<CubeOfWrongSquare>(), {x}), "L");
  const CheckedGraph checked = checked_graph(graph, {{x, filled(scalar_shape, 2)}}, loss);
  CHECK(check(checked).passed());
  const GradientReport report = second(checked);
  CHECK(report.count(Agreement::wrong) == 1);
}

TEST_CASE("hessian: a line is left out, for it follows the leaves", "[check][hessian]") {
  Graph graph;
  const NodeId x = graph.leaf(LeafKind::parameter, "x", scalar_shape);
  const NodeId a = graph.name(graph.apply(op::operation<op::Tanh>(), {x}), "a");
  const NodeId loss = graph.name(graph.apply(op::operation<op::Square>(), {a}), "L");
  CheckedGraph checked = checked_graph(graph, {{x, filled(scalar_shape, 2)}}, loss);
  checked.wrt.push_back(a);
  const GradientReport report = second(checked);
  CHECK(report.passed());
  CHECK(report.parameters.size() == 2);  // x, and the symmetry
  REQUIRE(report.remarks.size() == 1);
  CHECK(report.remarks[0].starts_with("Of a there is no second derivative"));
}

TEST_CASE("hessian: on a corner the gradient jumps, and nothing is compared", "[check][hessian]") {
  Graph graph;
  const NodeId x = graph.leaf(LeafKind::parameter, "x", scalar_shape);
  const NodeId loss = graph.name(graph.apply(op::operation<op::Abs>(), {x}), "L");
  const GradientReport report = second(checked_graph(graph, {{x, filled(scalar_shape, 0)}}, loss));
  CHECK(report.passed());
  CHECK(report.count(Agreement::no_choice) == 1);
}

TEST_CASE("hessian: the search for more digits ends at most_bits", "[check][hessian]") {
  ExactCheckOptions options;
  options.bits = 192;
  options.most_bits = 500;
  std::vector<int> asked;
  CHECK_THROWS_AS(check_second_order(
                      [&](Working working) -> ExactPoint {
                        asked.push_back(working.bits);
                        throw Undecided("never");
                      },
                      options),
                  Undecided);
  CHECK(asked == std::vector<int>{192, 384, 500});
}
