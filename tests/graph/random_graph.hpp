// Random computation graphs: operations of the whole list on scalars, rows, columns and matrices,
// with broadcasts where shapes differ, values used several times, and named lines. What could leave
// a domain is led into it (ln of x² + ¼), what grows is bent back (sin), leaves are small rationals
// of which no two are equal. A seed makes the same graph everywhere.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "tests/graph/probe.hpp"
#include "tracer/op/all.hpp"

namespace tracer::probe {

class RandomGraph {
 public:
  explicit RandomGraph(unsigned seed) : random_(seed) {
    for (const Shape& shape :
         {shape_of(1, 1), shape_of(3, 1), shape_of(1, 4), shape_of(3, 4), shape_of(4, 2)}) {
      if (below(3) > 0) pool_.push_back(leaf(shape));
    }
    pool_.push_back(leaf(scalar_shape));
    const int steps = 4 + below(10);
    for (int i = 0; i < steps; ++i) add_operation();
    finish();
  }

  Graph graph;
  Values values;     ///< of the leaves that are varied
  NodeId loss = -1;  ///< a scalar
  std::string told;  ///< the graph in words

 private:
  int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  bool chance(int percent) { return below(100) < percent; }
  NodeId any() { return pool_[static_cast<std::size_t>(below(static_cast<int>(pool_.size())))]; }
  Shape shape(NodeId id) const { return graph[id].shape; }

  NodeId leaf(const Shape& of) {
    const LeafKind kind = chance(50) ? LeafKind::parameter : LeafKind::input;
    const NodeId id = graph.leaf(kind, "x" + std::to_string(graph.size()), of);
    Array<Exact> value = filled(of, 0);
    for (Exact& entry : value.reshaped()) {
      ++entries_;  // 1009 is prime, and 397 times a number below it never comes back to the same
                   // remainder
      entry = Exact(Rational(entries_ * 397 % 1009 - 504, 400));
    }
    values[id] = value;
    return id;
  }

  NodeId apply(const Operation& operation, std::vector<NodeId> operands, Attributes with = {}) {
    const NodeId id = graph.apply(operation, std::move(operands), std::move(with));
    told += std::to_string(id) + " = " + std::string(operation.name) + "(";
    for (const NodeId operand : graph[id].operands) told += " " + std::to_string(operand);
    told += " ) " + to_string(graph[id].shape) + "\n";
    return id;
  }
  template <class Op>
  NodeId apply(std::vector<NodeId> operands, Attributes with = {}) {
    return apply(op::operation<Op>(), std::move(operands), std::move(with));
  }

  NodeId repeated(NodeId x, const Shape& to) {
    Attributes with;
    with.shape = to;
    if (shape(x) == to) return x;
    if (shape(x).is_scalar()) return apply<op::Broadcast<Over::all>>({x}, with);
    if (shape(x).rows.is_one()) return apply<op::Broadcast<Over::each_column>>({x}, with);
    return apply<op::Broadcast<Over::each_row>>({x}, with);
  }

  // a value of that shape: one that has it, one that is repeated to it, a new leaf, or something
  // reduced first
  NodeId of_shape(const Shape& to) {
    for (int tries = 0; tries < 6; ++tries) {
      const NodeId x = any();
      const Shape from = shape(x);
      const bool row = from.rows.is_one() && from.columns == to.columns;
      const bool column = from.columns.is_one() && from.rows == to.rows;
      if (from == to || from.is_scalar() || row || column) return repeated(x, to);
      if (from.columns == to.columns && chance(50))
        return repeated(apply<op::Sum<Over::each_column>>({x}), to);
    }
    return chance(60) ? leaf(to) : repeated(apply<op::Mean<Over::all>>({any()}), to);
  }

  NodeId constant(const Rational& value, const Shape& to) {
    return repeated(graph.constant(value), to);
  }

  // x² + ¼
  NodeId positive(NodeId x) {
    return apply<op::Add>({apply<op::Square>({x}), constant(Rational(1, 4), shape(x))});
  }

  // values beyond ±8 are led through a sine: bounded, and with a slope
  NodeId tame(NodeId x) {
    Tape<double> tape(graph, {});
    for (const auto& [id, value] : values) {
      tape.own_value(id) = value.unaryExpr([](const Exact& v) { return v.to_double(); });
    }
    tape.forward();
    return tape.value(x).abs().maxCoeff() < 8 ? x : apply<op::Sin>({x});
  }

  void add_operation() {
    const auto operations = op::operations();
    const Operation& operation =
        *operations[static_cast<std::size_t>(below(static_cast<int>(operations.size())))];
    const std::string_view name = operation.name;
    const NodeId x = any();
    const Size rows = shape(x).rows;
    const Size columns = shape(x).columns;
    Attributes with;
    std::vector<NodeId> operands{x};
    const auto another = [&](const Shape& of) { operands.push_back(of_shape(of)); };
    // met in gradients only, and their own slopes lose in float what a nearly singular matrix costs:
    // test_op_cofactors.cpp has them
    if (name.starts_with("cofactors")) return;
    if (name == "matmul") {
      another({columns, {1 + below(4), ""}});
    } else if (name == "affine") {
      const Size out{1 + below(4), ""};
      another({columns, out});
      with.axis = below(2);
      another(with.axis == 0 ? Shape{rows, {}} : Shape{{}, out});
    } else if (name.starts_with("running")) {
      with.axis = below(2);
      with.numbers = {Rational(1, 10)};
      if ((with.axis == 0 ? columns : rows).is_one()) return;  // a variance needs two samples
      operands = {of_shape(with.axis == 0 ? Shape{rows, {}} : Shape{{}, columns}), x};
    } else if (name == "outer") {
      operands = {of_shape({rows, {}})};
      another({{}, columns});
    } else if (name == "concat") {
      another({{1 + below(3), ""}, columns});
    } else if (name == "concat beside") {
      another({rows, {1 + below(3), ""}});
    } else if (name == "slice") {
      with.row = below(rows.count);
      with.column = below(columns.count);
      with.shape =
          shape_of(1 + below(rows.count - with.row), 1 + below(columns.count - with.column));
    } else if (name == "place") {
      with.row = below(2);
      with.column = below(2);
      with.shape =
          shape_of(rows.count + with.row + below(2), columns.count + with.column + below(2));
    } else if (name == "reshape") {
      with.shape = chance(50) ? shape_of(1, rows.count * columns.count) : Shape{columns, rows};
    } else if (name.starts_with("broadcast")) {
      const Over over = name == "broadcast"            ? Over::all
                        : name == "broadcast of a row" ? Over::each_column
                                                       : Over::each_row;
      const Shape from{over == Over::each_row ? rows : Size{},
                       over == Over::each_column ? columns : Size{}};
      with.shape = {over == Over::each_row ? rows : Size{2 + below(2), ""},
                    over == Over::each_column ? columns : Size{2 + below(2), ""}};
      operands = {of_shape(from)};
    } else if (name.starts_with("batch_norm")) {
      with.axis = below(2);
      with.numbers = {Rational(1, 100)};
      while (operands.size() < static_cast<std::size_t>(operation.arity)) {
        another(with.axis == 0 ? Shape{rows, {}} : Shape{{}, columns});
      }
      if (operands.size() == 5) operands[4] = positive(operands[4]);  // the variance
    } else if (name == "std" || name.starts_with("standard deviation")) {
      with.numbers = standard_numbers(operation);
      operands = {leaf(shape_of(3, 4))};  // entries that are equal would be its corner
    } else if (name == "det" || name == "inv") {
      operands = {
          positive(leaf({rows, rows}))};  // not singular, as a row that is repeated makes it
    } else if (name == "trace" || name == "I" || name == "diagonal") {
      operands = {of_shape({rows, rows})};
    } else if (name == "diag") {
      operands = {of_shape({rows, {}})};
    } else if (name == "where") {
      operands = {apply<op::Compare<op::Relation::less>>({x, leaf(shape(x))})};
      while (operands.size() < 3) another(shape(x));
    } else if (operation.holds != nullptr && operation.arity == 2) {
      operands.push_back(leaf(shape(x)));  // equal to nothing, and so decided
    } else {
      while (operands.size() < static_cast<std::size_t>(operation.arity)) another(shape(x));
      with.numbers = standard_numbers(operation);
      with.axis = below(2);
      if (name.starts_with("leaky_relu") || name == "dropout") with.numbers = {Rational(1, 5)};
      if (name.starts_with("elu")) with.numbers = {Rational(3, 2)};
      if (name == "log" || name == "sqrt" || name == "power" ||
          name.starts_with("product of the others"))
        operands[0] = positive(operands[0]);
      if (name == "divide" || name == "ratio" || name == "y ln p")
        operands[1] = positive(operands[1]);
      if (name == "cross_entropy" || name == "bce" || name == "kl" || name == "focal") {
        for (NodeId& operand : operands) operand = apply<op::Sigmoid>({operand});
      }
    }
    NodeId y = tame(apply(operation, operands, with));
    if (chance(40)) {
      y = graph.name(y, "t" + std::to_string(y));
      told += std::to_string(y) + " is named\n";
    }
    pool_.push_back(y);
  }

  // the mean of whatever nothing uses, added up, so that everything matters
  void finish() {
    std::vector<bool> used(static_cast<std::size_t>(graph.size()), false);
    for (NodeId id = 0; id < graph.size(); ++id) {
      for (const NodeId operand : graph[id].operands)
        used[static_cast<std::size_t>(operand)] = true;
    }
    loss = apply<op::Mean<Over::all>>({pool_.back()});
    for (const NodeId id : pool_) {
      if (used[static_cast<std::size_t>(id)] || id == pool_.back()) continue;
      loss = apply<op::Add>({loss, apply<op::Mean<Over::all>>({id})});
    }
    loss = graph.name(loss, "L");
  }

  std::mt19937 random_;
  std::vector<NodeId> pool_;
  int entries_ = 0;
};

/// Whether two operands of a comparison, or of a mask, are equal but for rounding: there it jumps, and
/// floating point may fall on either side. `number(node)(i)` is an entry of its value, as a double.
bool is_at_jump(const Graph& graph, const auto& number) {
  for (NodeId id = 0; id < graph.size(); ++id) {
    const Node& node = graph[id];
    if (node.is_leaf() || node.operands.size() != 2 ||
        (node.operation->tie == nullptr && node.operation->holds == nullptr))
      continue;
    for (Eigen::Index i = 0; i < graph[id].shape.count(); ++i)
      if (std::abs(number(node.operands[0], i) - number(node.operands[1], i)) < 1e-6) return true;
  }
  return false;
}

}  // namespace tracer::probe
