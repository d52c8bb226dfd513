// The rule that is printed is the rule that is run: every operation's pullback as a formula,
// evaluated as a graph of its own, is the tape's adjoint; simplified and multiplied out it still
// is; and differentiated once more it agrees with differences of gradients.
#include "tests/catch.hpp"
#include "tests/op/cases.hpp"
#include "tracer/graph/pullback.hpp"
#include "tracer/symbol/simplify.hpp"

using namespace tracer;
using namespace tracer::probe;

namespace {

Symbol operand_symbol(const Case& c, std::size_t i) {
  return Symbol::leaf("x" + std::to_string(i), c.shapes[i]);
}

std::vector<Symbol> operand_symbols(const Case& c) {
  std::vector<Symbol> symbols;
  for (std::size_t i = 0; i < c.shapes.size(); ++i) symbols.push_back(operand_symbol(c, i));
  return symbols;
}

}  // namespace

TEST_CASE(
    "the pullback's formula evaluates to the tape's adjoint, also simplified and multiplied out",
    "[op][symbol]") {
  for (const Operation* operation : op::operations()) {
    DYNAMIC_SECTION(operation->name) {
      for (const auto* cases : {&all_cases(), &smooth_cases()}) {
        const auto found = cases->find(operation);
        if (found == cases->end()) continue;
        for (const Case& c : found->second) {
          INFO(c.text());
          const CaseGraph g(c);
          Run run(g.graph, g.values);
          run.tape().forward();
          run.tape().backward(g.result, weights(c.result));
          std::map<Quantity, Array<Exact>> leaves{{"y", run.tape().value(g.result)},
                                                  {"y_bar", weights(c.result)}};
          for (std::size_t i = 0; i < c.shapes.size(); ++i)
            leaves["x" + std::to_string(i)] = c.operands[i];
          const std::vector<Symbol> rule =
              pullback_of(*operation, c.with, Symbol::leaf("y_bar", c.result),
                          Symbol::leaf("y", c.result), operand_symbols(c));
          REQUIRE(rule.size() == c.shapes.size());
          for (std::size_t i = 0; i < rule.size(); ++i) {
            CAPTURE(i);
            const Array<Exact> adjoint = run.tape().adjoint(g.operands[i]);
            CHECK(disagreement(adjoint, evaluate(rule[i], leaves, c.shapes[i])) == "");
            CHECK(disagreement(adjoint, evaluate(simplify(rule[i]), leaves, c.shapes[i])) == "");
            CHECK(disagreement(adjoint, evaluate(expand(rule[i]), leaves, c.shapes[i])) == "");
          }
        }
      }
    }
  }
}

TEST_CASE("an operation's formula, simplified and multiplied out, has the operation's value",
          "[op][symbol]") {
  for (const Operation* operation : op::operations()) {
    DYNAMIC_SECTION(operation->name) {
      for (const Case& c : all_cases().at(operation)) {
        INFO(c.text());
        const CaseGraph g(c);
        Run run(g.graph, g.values);
        run.tape().forward();
        std::map<Quantity, Array<Exact>> leaves;
        for (std::size_t i = 0; i < c.shapes.size(); ++i)
          leaves["x" + std::to_string(i)] = c.operands[i];
        const std::vector<Symbol> x = operand_symbols(c);
        std::vector<Symbol> formulas{Symbol::apply(*operation, x, c.with)};
        if (operation->expansion != nullptr) formulas.push_back(operation->expansion(c.with, x));
        for (const Symbol& formula : formulas) {
          const Array<Exact> value = run.tape().value(g.result);
          CHECK(disagreement(value, evaluate(formula, leaves, c.result)) == "");
          CHECK(disagreement(value, evaluate(simplify(formula), leaves, c.result)) == "");
          CHECK(disagreement(value, evaluate(expand(formula), leaves, c.result)) == "");
          CHECK(simplify(formula).shape() == c.result);
        }
      }
    }
  }
}

TEST_CASE("the pullback, differentiated itself, agrees with differences of gradients",
          "[op][gradient]") {
  for (const Operation* operation : op::operations()) {
    DYNAMIC_SECTION(operation->name) {
      const std::vector<Case>& cases = all_cases().at(operation);
      for (std::size_t k = 0; k < cases.size();
           k += 2) {  // every second case: second order is slow
        const Case& c = cases[k];
        INFO(c.text());
        CaseGraph g(c);
        const NodeId y_bar = g.graph.leaf(LeafKind::input, "y_bar", c.result);
        g.values[y_bar] = weights(c.result);
        std::map<Quantity, NodeId> leaves{{"y_bar", y_bar}, {"y", g.result}};
        for (std::size_t i = 0; i < c.shapes.size(); ++i)
          leaves["x" + std::to_string(i)] = g.operands[i];
        const std::vector<Symbol> rule =
            pullback_of(*operation, c.with, Symbol::leaf("y_bar", c.result),
                        Symbol::leaf("y", c.result), operand_symbols(c));
        for (std::size_t i = 0; i < rule.size(); ++i) {
          CAPTURE(i);
          const NodeId gradient = g.graph.append(rule[i], leaves);
          const Comparison comparison =
              compare_gradient(g.graph, g.values, gradient, weights(g.graph[gradient].shape));
          CHECK(comparison.complaint == "");
        }
      }
    }
  }
}
