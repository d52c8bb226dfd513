#include "tracer/graph/graph.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "tracer/error.hpp"
#include "tracer/op/all.hpp"

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
    id = apply(op::operation<op::Identity>(), {id});
  nodes_[static_cast<std::size_t>(id)].name = name;
  by_name_.emplace(std::move(name), id);
  return id;
}

void Graph::cut(NodeId size) {
  nodes_.resize(static_cast<std::size_t>(size));
  std::erase_if(by_name_, [size](const auto& named) { return named.second >= size; });
}

NodeId Graph::find(const std::string& name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? -1 : found->second;
}

namespace {

// Appends formulas; a subformula that is shared is appended once.
class Appender {
 public:
  Appender(Graph& graph, const std::map<std::string, NodeId>& leaves)
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
        return graph_.size_constant({static_cast<int>(e.number()), e.key().substr(1)});
      case Symbol::Kind::leaf:
        return leaves_.at(e.key());
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
      if (mixed) {
        Attributes to;
        to.shape = e.shape();
        id = graph_.apply(op::operation<op::Broadcast<Over::all>>(), {id}, to);
      }
      operands.push_back(id);
    }
    return graph_.apply(e.operation(), std::move(operands), e.attributes());
  }

  Graph& graph_;
  const std::map<std::string, NodeId>& leaves_;
  std::unordered_map<const void*, NodeId> known_;
};

}  // namespace

NodeId Graph::append(const Symbol& formula, const std::map<std::string, NodeId>& leaves) {
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
  for (const NodeId at : line_nodes(id)) {
    for (const NodeId operand : (*this)[at].operands) {
      const Node& node = (*this)[operand];
      if ((node.is_leaf() || node.is_named()) && std::ranges::find(used, operand) == used.end())
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
  return Symbol::leaf("%" + std::to_string(id), display_unnamed(node, id), node.shape);
}

Symbol node_formula(const Graph& graph, NodeId id, const std::function<Symbol(NodeId)>& of) {
  const Node& node = graph[id];
  std::vector<Symbol> operands;
  for (const NodeId operand : node.operands) operands.push_back(of(operand));
  return Symbol::apply(*node.operation, std::move(operands), node.with);
}

namespace {

// The formulas of all nodes of a line; the line's operands are leaves.
std::map<NodeId, Symbol> line_formulas(const Graph& graph, NodeId line) {
  std::map<NodeId, Symbol> formulas;
  const auto of = [&](NodeId operand) {
    const auto found = formulas.find(operand);
    return found != formulas.end() ? found->second : symbol_of(graph, operand);
  };
  for (const NodeId id : graph.line_nodes(line)) formulas.emplace(id, node_formula(graph, id, of));
  return formulas;
}

}  // namespace

Symbol line_formula(const Graph& graph, NodeId id) {
  if (graph[id].is_leaf()) return symbol_of(graph, id);
  return line_formulas(graph, id).at(id);
}

std::map<NodeId, Symbol> line_pullback(const Graph& graph, NodeId line, const Symbol& seed,
                                       const std::function<bool(NodeId)>& wanted,
                                       const Instead& instead) {
  const std::map<NodeId, Symbol> formulas = line_formulas(graph, line);
  std::map<NodeId, Symbol> adjoints;
  adjoints.emplace(line, seed);
  const auto value = [&](NodeId id) {
    if (id == line && graph[id].is_named())
      return symbol_of(graph, id);  // a rule that reuses its result names it
    const auto found = formulas.find(id);
    return found != formulas.end() ? found->second : symbol_of(graph, id);
  };
  const std::vector<NodeId> nodes = graph.line_nodes(line);
  // which nodes lead to something wanted: the others need no adjoint
  std::set<NodeId> needed;
  for (const NodeId id : nodes) {
    const auto& operands = graph[id].operands;
    if (std::ranges::any_of(operands, [&](NodeId o) {
          return formulas.contains(o) ? needed.contains(o) : wanted(o);
        })) {
      needed.insert(id);
    }
  }
  for (auto it = nodes.rbegin(); it != nodes.rend(); ++it) {
    const Node& node = graph[*it];
    if (!needed.contains(*it) || !adjoints.contains(*it)) continue;
    std::vector<Symbol> operands;
    for (const NodeId operand : node.operands) operands.push_back(value(operand));
    std::vector<Symbol> bars =
        pullback_of(*node.operation, node.with, adjoints.at(*it), value(*it), operands);
    for (std::size_t i = 0; instead && i < bars.size(); ++i) {
      if (auto other = instead({*it, i, adjoints.at(*it), value(*it), operands, bars[i]}))
        bars[i] = std::move(*other);
    }
    for (std::size_t i = 0; i < bars.size(); ++i) {
      const NodeId operand = node.operands[i];
      const bool inside = formulas.contains(operand);
      if (inside ? !needed.contains(operand) : !wanted(operand)) continue;
      const auto [place, first] = adjoints.try_emplace(operand, bars[i]);
      if (!first) place->second = place->second + bars[i];
    }
  }
  std::erase_if(adjoints, [&](const auto& entry) { return formulas.contains(entry.first); });
  return adjoints;
}

std::vector<Symbol> pullback_of(const Operation& operation, const Attributes& with,
                                const Symbol& y_bar, const Symbol& y,
                                std::span<const Symbol> operands) {
  if (operation.pullback != nullptr) return operation.pullback(with, y_bar, y, operands);
  // A composite operation without a rule: its expansion, as a line of a graph of its own, run
  // backward. Operands are put in as leaves, for one may occur in several places, and put back
  // afterwards; so is ȳ, in which a leaf of an expansion around this one may occur, of the same
  // name.
  Graph graph;
  std::map<std::string, NodeId> leaves;
  std::vector<Symbol> places;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const std::string key = "?" + std::to_string(i);
    places.push_back(Symbol::leaf(key, operands[i].shape()));
    leaves.emplace(key, graph.leaf(LeafKind::input, key, operands[i].shape()));
  }
  const NodeId result = graph.append(operation.expansion(with, places), leaves);
  const std::map<NodeId, Symbol> adjoints =
      line_pullback(graph, result, Symbol::leaf("?", y_bar.shape()),
                    [&](NodeId id) { return graph[id].leaf == LeafKind::input; });
  std::vector<Symbol> bars;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const auto found = adjoints.find(leaves.at("?" + std::to_string(i)));
    const Symbol bar = found == adjoints.end() ? 0 * operands[i] : found->second;
    bars.push_back(substitute(bar, [&](const Symbol& leaf) -> std::optional<Symbol> {
      if (leaf.key() == "?") return y_bar;
      if (leaf.key().starts_with("?"))
        return operands[static_cast<std::size_t>(std::stoi(leaf.key().substr(1)))];
      return std::nullopt;
    }));
  }
  return bars;
}

}  // namespace tracer
