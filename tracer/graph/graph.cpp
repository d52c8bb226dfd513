#include "tracer/graph/graph.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <unordered_map>

#include "tracer/error.hpp"
#include "tracer/graph/cost.hpp"
#include "tracer/op/vocabulary.hpp"

namespace tracer {

NodeId Graph::push(Node node) {
  const NodeId id = size();
  if (node.is_named()) by_name_.emplace(node.name, id);
  nodes_.push_back(std::move(node));
  return id;
}

NodeId Graph::leaf(LeafKind kind, std::string name, Shape shape) {
  Node node;
  node.leaf = kind;
  node.name = std::move(name);
  node.shape = std::move(shape);
  return push(std::move(node));
}

NodeId Graph::constant(const Rational& value, std::string name) {
  return constant(Array<Exact>::Constant(1, 1, Exact(value)), std::move(name));
}

NodeId Graph::constant(Array<Exact> value, std::string name) {
  Node node;
  node.leaf = LeafKind::constant;
  node.name = std::move(name);
  node.shape = shape_of(static_cast<int>(value.rows()), static_cast<int>(value.cols()));
  node.constant = std::make_shared<const Array<Exact>>(std::move(value));
  return push(std::move(node));
}

NodeId Graph::size_constant(const Size& size) {
  const NodeId id = constant(Rational(size.count));
  nodes_[static_cast<std::size_t>(id)].counts = size.name;
  return id;
}

NodeId Graph::apply(const Operation& operation, std::vector<NodeId> operands, Attributes with) {
  Node node;
  node.operation = &operation;
  std::vector<Shape> shapes;
  shapes.reserve(operands.size());
  for (const NodeId operand : operands) shapes.push_back((*this)[operand].shape);
  node.shape = operation.shape(shapes, with);
  node.operands = std::move(operands);
  node.with = std::move(with);
  return push(std::move(node));
}

NodeId Graph::name(NodeId id, std::string name) {
  if ((*this)[id].is_leaf() || (*this)[id].is_named())
    id = apply(operation_for(Law::identity), {id});
  nodes_[static_cast<std::size_t>(id)].name = name;
  by_name_.emplace(std::move(name), id);
  return id;
}

NodeId Graph::name_batch_mean(NodeId mean, const std::string& line) {
  mean = name(mean, "mean(" + line + ")");
  nodes_[static_cast<std::size_t>(mean)].mean_of = line;
  return mean;
}

NodeId Graph::copy_leaf(const Node& leaf) { return push(leaf); }

void Graph::cut(NodeId size) {
  nodes_.resize(static_cast<std::size_t>(size));
  std::erase_if(by_name_, [size](const auto& named) { return named.second >= size; });
}

NodeId Graph::find(const std::string& name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? -1 : found->second;
}

NodeId Graph::node_of(const Quantity& quantity) const {
  if (quantity.kind != Quantity::value && quantity.kind != Quantity::adjoint) return -1;
  return quantity.name.empty() ? quantity.number : find(quantity.name);
}

namespace {

// Appends formulas; a subformula that is shared is appended once.
class Appender {
 public:
  Appender(Graph& graph, const std::map<Quantity, NodeId>& leaves)
      : graph_(graph), leaves_(leaves) {}

  NodeId append(const Symbol& e) {
    if (const auto found = known_.find(e.identity()); found != known_.end()) return found->second;
    const NodeId id = make(e);
    known_.emplace(e.identity(), id);
    return id;
  }

 private:
  NodeId make(const Symbol& e) {
    switch (e.kind()) {
      case Symbol::Kind::number:
        return graph_.constant(e.number());
      case Symbol::Kind::size:
        return graph_.size_constant({static_cast<int>(e.number()), e.stands_for().name});
      case Symbol::Kind::leaf:
        return leaves_.at(e.stands_for());
      case Symbol::Kind::apply:
        break;
    }
    std::vector<NodeId> operands;
    for (const Symbol& operand : e.operands()) {
      NodeId id = append(operand);
      const bool mixed = operand.shape().is_scalar() && !e.shape().is_scalar() &&
                         e.operands().size() == 2 &&
                         (e.is(Law::add) || e.is(Law::subtract) || e.is(Law::multiply) ||
                          e.is(Law::divide) || e.is(Law::power));
      if (mixed) id = graph_.apply(operation_for(Law::broadcast), {id}, {.shape = e.shape()});
      operands.push_back(id);
    }
    return graph_.apply(e.operation(), std::move(operands), e.attributes());
  }

  Graph& graph_;
  const std::map<Quantity, NodeId>& leaves_;
  std::unordered_map<const void*, NodeId> known_;
};

}  // namespace

NodeId Graph::append(const Symbol& formula, const std::map<Quantity, NodeId>& leaves) {
  return Appender(*this, leaves).append(formula);
}

std::vector<NodeId> Graph::line_nodes(NodeId id) const {
  std::set<NodeId> inside{id};
  std::vector<NodeId> pending{id};
  while (!pending.empty()) {
    const NodeId at = pending.back();
    pending.pop_back();
    for (const NodeId operand : (*this)[at].operands) {
      const Node& node = (*this)[operand];
      if (!node.is_leaf() && !node.is_named() && inside.insert(operand).second)
        pending.push_back(operand);
    }
  }
  return {inside.begin(), inside.end()};
}

std::vector<NodeId> Graph::line_operands(NodeId id) const {
  std::vector<NodeId> used;
  std::set<NodeId> known;  // a line may add up thousands
  for (const NodeId at : line_nodes(id)) {
    for (const NodeId operand : (*this)[at].operands) {
      const Node& node = (*this)[operand];
      if ((node.is_leaf() || node.is_named()) && known.insert(operand).second)
        used.push_back(operand);
    }
  }
  return used;
}

namespace {

// a matrix of numbers in the middle of a line is written as it is, where it is small
Notation display_unnamed(const Node& node, NodeId id) {
  constexpr Eigen::Index most = 36;
  if (!node.constant || node.constant->size() > most)
    return notation::name("t" + std::to_string(id));
  std::vector<Notation> entries;
  for (Eigen::Index i = 0; i < node.constant->rows(); ++i) {
    for (Eigen::Index j = 0; j < node.constant->cols(); ++j) {
      const Exact& entry = (*node.constant)(i, j);
      entries.push_back(entry.is_rational() ? write_number(entry.rational(), true)
                                            : notation::name("…"));
    }
  }
  return notation::matrix(static_cast<int>(node.constant->rows()),
                          static_cast<int>(node.constant->cols()), std::move(entries));
}

}  // namespace

Symbol symbol_of(const Graph& graph, NodeId id) {
  const Node& node = graph[id];
  if (node.is_named()) return Symbol::leaf(node.name, node.shape);
  if (!node.counts.empty())
    return Symbol::size({static_cast<int>((*node.constant)(0, 0).rational()), node.counts});
  if (node.constant && node.shape.is_scalar() && (*node.constant)(0, 0).is_rational()) {
    return Symbol((*node.constant)(0, 0).rational());
  }
  return Symbol::leaf({Quantity::value, id}, display_unnamed(node, id), node.shape);
}

Symbol node_formula(const Graph& graph, NodeId id, const std::function<Symbol(NodeId)>& of) {
  const Node& node = graph[id];
  std::vector<Symbol> operands;
  for (const NodeId operand : node.operands) operands.push_back(of(operand));
  return Symbol::apply(*node.operation, std::move(operands), node.with);
}

std::map<NodeId, Symbol> line_formulas(const Graph& graph, NodeId line) {
  std::map<NodeId, Symbol> formulas;
  const auto of = [&](NodeId operand) {
    const auto found = formulas.find(operand);
    return found != formulas.end() ? found->second : symbol_of(graph, operand);
  };
  for (const NodeId id : graph.line_nodes(line)) formulas.emplace(id, node_formula(graph, id, of));
  return formulas;
}

Symbol line_formula(const Graph& graph, NodeId id) {
  if (graph[id].is_leaf()) return symbol_of(graph, id);
  return line_formulas(graph, id).at(id);
}

std::vector<NodeId> nodes_between(const Graph& graph, std::span<const NodeId> from,
                                  std::span<const NodeId> to) {
  const auto count = static_cast<std::size_t>(graph.size());
  std::vector<bool> below(count, false);
  std::vector<bool> above(count, false);
  for (const NodeId id : from) below[static_cast<std::size_t>(id)] = true;
  for (const NodeId id : to) above[static_cast<std::size_t>(id)] = true;
  for (NodeId id = 0; id < graph.size(); ++id) {
    for (const NodeId operand : graph[id].operands) {
      if (below[static_cast<std::size_t>(operand)]) below[static_cast<std::size_t>(id)] = true;
    }
  }
  for (NodeId id = graph.size() - 1; id >= 0; --id) {
    if (!above[static_cast<std::size_t>(id)]) continue;
    for (const NodeId operand : graph[id].operands) above[static_cast<std::size_t>(operand)] = true;
  }
  std::vector<NodeId> between;
  for (NodeId id = 0; id < graph.size(); ++id) {
    if (below[static_cast<std::size_t>(id)] && above[static_cast<std::size_t>(id)])
      between.push_back(id);
  }
  return between;
}

bool depends_on(const Graph& graph, NodeId id, std::span<const NodeId> leaves) {
  return !nodes_between(graph, leaves, {&id, 1}).empty();
}

std::vector<NodeId> leaves_of(const Graph& graph, LeafKind kind) {
  std::vector<NodeId> leaves;
  for (NodeId id = 0; id < graph.size(); ++id)
    if (graph[id].leaf == kind) leaves.push_back(id);
  return leaves;
}

double cost_of(const Graph& graph, std::span<const NodeId> nodes) {
  double cost = 0;
  for (const NodeId id : nodes) cost += cost_of(graph, id, over_intervals);
  return cost;
}

double cost_of(const Graph& graph) {
  std::vector<NodeId> all(static_cast<std::size_t>(graph.size()));
  std::iota(all.begin(), all.end(), 0);
  return cost_of(graph, all);
}

}  // namespace tracer
