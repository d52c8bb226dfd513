// Random graphs of the whole list of operations (random_graph.hpp): the tape's gradients over Exact
// against central differences, float and double against Exact, and the lines' rules as formulas,
// strung together by the chain rule, against the tape.
#include <algorithm>
#include <set>

#include "tests/catch.hpp"
#include "tests/graph/random_graph.hpp"
#include "tracer/error.hpp"
#include "tracer/graph/backward.hpp"
#include "tracer/symbol/simplify.hpp"

using namespace tracer;
using namespace tracer::probe;

namespace {

constexpr unsigned graphs = 400;

// Calls check(random graph, its tape after a run). An Undecided is skipped, a few may be: ties of
// irrational values, such as maximum(a, a), can't be told from near-ties at any precision.
template <class Check>
void for_each_graph(Check check) {
  int undecided = 0;
  for (unsigned seed = 1; seed <= graphs; ++seed) {
    const RandomGraph g(seed);
    INFO("seed " << seed << "\n" << g.told);
    Run run(g.graph, g.values);
    try {
      run.tape().forward();
      run.tape().backward(g.loss);
    } catch (const Undecided&) {
      ++undecided;
      continue;
    }
    check(seed, g, run);
  }
  CHECK(undecided < static_cast<int>(graphs) / 20);
}

Array<Exact> gradient(Run& run, NodeId id) {
  if (run.tape().reached(id)) return run.tape().adjoint(id);
  const auto value = run.tape().value(id);
  return Array<Exact>::Constant(value.rows(), value.cols(), Exact(0));
}

bool has_ratio(const Symbol& formula) {
  if (formula.kind() != Symbol::Kind::apply) return false;
  return &formula.operation() == &op::operation<op::Ratio>() ||
         std::ranges::any_of(formula.operands(), has_ratio);
}

// The disagreement of a formula and what became of it, except where that is a plain quotient for a
// ratio, at 0/0: the norm of zeros, whose slope is 0 by choice.
std::string disagreement_of(const Symbol& simple, const Symbol& rule,
                            const std::map<Quantity, Array<Exact>>& leaves,
                            const Array<Exact>& value, const Shape& shape) {
  try {
    return disagreement(value, evaluate(simple, leaves, shape));
  } catch (const Error& error) {
    return has_ratio(rule) && std::string(error.what()) == "division by zero" ? "" : error.what();
  }
}

double largest(const Array<Exact>& array) {
  double size = 0;
  for (const Exact& entry : array.reshaped()) size = std::max(size, magnitude(entry));
  return size;
}

// Rounding errors of a value are some units in the last place of it, and reach the loss times its
// adjoint; those of an adjoint are alike. So the largest product of a value and an adjoint, over
// all nodes, is the measure.
template <class S>
void check_floats(const RandomGraph& g, Run& exact, double tolerance) {
  std::vector<NodeId> wanted;
  for (const auto& [id, value] : g.values) wanted.push_back(id);
  Tape<S> tape(g.graph, wanted);
  for (const auto& [id, value] : g.values) {
    tape.own_value(id) =
        value.unaryExpr([](const Exact& x) { return static_cast<S>(x.to_double()); });
  }
  const bool jumps = is_at_jump(g.graph, [&](NodeId id, Eigen::Index i) {
    const Array<Exact> value = exact.tape().value(id);
    return value.reshaped()(i).to_double();
  });
  if (jumps) return;
  tape.forward();
  tape.backward(g.loss);
  double values = 1;
  double adjoints = 1;
  for (NodeId id = 0; id < g.graph.size(); ++id) {
    values = std::max(values, largest(exact.tape().value(id)));
    if (exact.tape().reached(id)) adjoints = std::max(adjoints, largest(exact.tape().adjoint(id)));
  }
  double worst = std::abs(static_cast<double>(tape.value(g.loss)(0, 0)) -
                          exact.tape().value(g.loss)(0, 0).to_double());
  for (const NodeId id : wanted) {
    if (!exact.tape().reached(id)) continue;
    const Array<Exact> right = exact.tape().adjoint(id);
    const ConstView<S> found = std::as_const(tape).adjoint(id);
    for (Eigen::Index i = 0; i < right.size(); ++i) {
      const double error =
          std::abs(static_cast<double>(found.reshaped()(i)) - right.reshaped()(i).to_double());
      worst = std::max(worst, std::isnan(error) ? 1e300 : error);
    }
  }
  CHECK(worst < tolerance * values * adjoints);
}

}  // namespace

TEST_CASE("the random graphs use every operation, and every kind of broadcast", "[graph][random]") {
  std::set<const Operation*> used;
  int fan_out = 0;
  for (unsigned seed = 1; seed <= graphs; ++seed) {
    const RandomGraph g(seed);
    std::map<NodeId, int> users;
    for (NodeId id = 0; id < g.graph.size(); ++id) {
      if (g.graph[id].operation != nullptr) used.insert(g.graph[id].operation);
      for (const NodeId operand : g.graph[id].operands) fan_out += ++users[operand] == 2 ? 1 : 0;
    }
  }
  for (const Operation* operation : op::operations()) {
    if (operation->name.starts_with("cofactors")) continue;  // see RandomGraph
    INFO(operation->name);
    CHECK(used.contains(operation));
  }
  CHECK(fan_out > static_cast<int>(graphs));
}

TEST_CASE("random graphs: gradients over Exact agree with central differences",
          "[graph][random][gradient]") {
  int compared = 0;
  int exactly = 0;
  for_each_graph([&](unsigned seed, const RandomGraph& g, Run& run) {
    std::map<NodeId, Array<Exact>> gradients;
    for (const auto& [leaf, value] : g.values) gradients[leaf] = gradient(run, leaf);
    Comparison comparison;
    unsigned turn = seed;
    for (const auto& [leaf, value] : g.values) {  // two entries a leaf, others in every graph
      for (int i = 0; i < std::min<int>(2, static_cast<int>(value.size())); ++i) {
        const Eigen::Index entry = static_cast<Eigen::Index>(turn++) % value.size();
        compare_entry(run, leaf, entry, gradients[leaf].reshaped()(entry), g.loss,
                      filled(scalar_shape, 1), comparison);
      }
    }
    CHECK(comparison.complaint == "");
    compared += comparison.compared;
    exactly += comparison.exactly;
  });
  CHECK(compared > 2500);
  CHECK(exactly > 100);
}

TEST_CASE("random graphs: double and float agree with Exact", "[graph][random][float]") {
  for_each_graph([](unsigned, const RandomGraph& g, Run& run) {
    check_floats<double>(g, run, 1e-12);
    check_floats<float>(g, run, 1e-3);
  });
}

TEST_CASE(
    "random graphs: the lines' rules, strung together by the chain rule, give the tape's adjoints",
    "[graph][random][symbol]") {
  for_each_graph([](unsigned, const RandomGraph& g, Run& run) {
    // the adjoint of each named value and leaf: the sum of what the lines that use it say
    std::map<NodeId, Array<Exact>> adjoints{{g.loss, filled(scalar_shape, 1)}};
    std::map<Quantity, Array<Exact>> leaves;
    for (NodeId id = 0; id < g.graph.size(); ++id) {
      const Symbol symbol = symbol_of(g.graph, id);
      const bool stands = g.graph[id].is_leaf() || g.graph[id].is_named();
      if (stands && symbol.kind() == Symbol::Kind::leaf)
        leaves[symbol.stands_for()] = run.tape().value(id);
    }
    const auto wanted = [&](NodeId id) { return run.tape().wants(id); };
    BackwardGraph back(g.graph, g.loss);
    for (NodeId line = g.loss; line >= 0; --line) {
      if (!g.graph[line].is_named() || g.graph[line].is_leaf()) continue;
      CHECK(disagreement(run.tape().value(line), evaluate(simplify(line_formula(g.graph, line)),
                                                          leaves, g.graph[line].shape)) == "");
      if (!adjoints.contains(line)) continue;
      leaves["seed"] = adjoints.at(line);
      const auto rules = back.line(back.pass(), line, Symbol::leaf("seed", g.graph[line].shape));
      for (const auto& [operand, rule] : rules) {
        if (!wanted(operand)) continue;
        INFO("line " << line << ", operand " << operand);
        const Shape& shape = g.graph[operand].shape;
        const Array<Exact> contribution = evaluate(rule, leaves, shape);
        CHECK(disagreement_of(simplify(rule), rule, leaves, contribution, shape) == "");
        CHECK(disagreement_of(expand(rule), rule, leaves, contribution, shape) == "");
        const auto [sum, first] = adjoints.try_emplace(operand, contribution);
        if (!first) sum->second += contribution;
      }
    }
    for (const auto& [id, adjoint] : adjoints) {
      INFO("node " << id);
      CHECK(disagreement(gradient(run, id), adjoint) == "");
    }
    for (const auto& [id, value] : g.values) CHECK(adjoints.contains(id) == run.tape().reached(id));
  });
}
