// Every operation of the list, on every shape it accepts: its pullback over Exact against central
// differences. A new operation is tested by being in the list; one that no case fits fails here.
#include "tests/catch.hpp"
#include "tests/op/cases.hpp"

using namespace tracer;
using namespace tracer::probe;

TEST_CASE("every operation of the list is tried on shapes that it accepts", "[op]") {
  for (const Operation* operation : op::operations()) {
    INFO(operation->name);
    REQUIRE(all_cases().contains(operation));
    CHECK(!all_cases().at(operation).empty());
  }
  CHECK(all_cases().size() == op::operations().size());  // no two of one name share an Operation
}

TEST_CASE("every pullback agrees with central differences at 120 digits", "[op][gradient]") {
  for (const Operation* operation : op::operations()) {
    DYNAMIC_SECTION(operation->name) {
      int compared = 0;
      for (const auto* cases : {&all_cases(), &smooth_cases()}) {
        const auto found = cases->find(operation);
        if (found == cases->end()) continue;
        for (const Case& c : found->second) {
          INFO(c.text());
          const CaseGraph g(c);
          const Comparison comparison =
              compare_gradient(g.graph, g.values, g.result, weights(c.result));
          CHECK(comparison.complaint == "");
          compared += comparison.compared;
        }
      }
      CHECK(compared > 0);
    }
  }
}

TEST_CASE(
    "where an operation is at most quadratic the difference has no error, and the gradient is met "
    "exactly",
    "[op][gradient]") {
  int exact = 0;
  op::for_each_op([&]<class Op>() {
    if constexpr (requires { Op::quadratic; }) {
      ++exact;
      for (const Case& c : all_cases().at(&op::operation<Op>())) {
        INFO(c.text());
        const CaseGraph g(c);
        const Comparison comparison =
            compare_gradient(g.graph, g.values, g.result, weights(c.result));
        CHECK(comparison.complaint == "");
        CHECK(comparison.exactly == comparison.compared);
      }
    }
  });
  CHECK(exact > 30);
}

TEST_CASE("a wrong rule is caught", "[op][gradient]") {
  // The tester tested: y_bar·2.001·x in place of y_bar·2·x, as the gradient of x².
  Graph graph;
  const NodeId x = graph.leaf(LeafKind::parameter, "x", scalar_shape);
  const NodeId y = graph.apply(op::operation<op::Square>(), {x});
  Run run(graph, {{x, filled(scalar_shape, 3)}});
  Comparison comparison;
  compare_entry(run, x, 0, Exact(6), y, filled(scalar_shape, 1), comparison);
  CHECK(comparison.complaint == "");
  compare_entry(run, x, 0, Exact(Rational(6003, 1000)), y, filled(scalar_shape, 1), comparison);
  CHECK(comparison.complaint == "node 0, entry 0: the gradient is 6003/1000, the difference 6");
}
