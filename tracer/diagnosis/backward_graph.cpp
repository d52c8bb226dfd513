#include "tracer/diagnosis/backward_graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "tracer/error.hpp"
#include "tracer/op/all.hpp"

namespace tracer {

namespace reads {
namespace {

Symbol placeholder(std::string key, const Shape& shape) {
  return Symbol::leaf(key, notation::name(key), shape);
}

}  // namespace

Symbol from_above(const Shape& shape) { return placeholder("?above", shape); }
Symbol result(const Shape& shape) { return placeholder("?y", shape); }
Symbol operand(std::size_t i, const Shape& shape) {
  return placeholder(fmt::format("?x{}", i), shape);
}
Symbol value(NodeId node, const Shape& shape) {
  return placeholder(fmt::format("?v{}", node), shape);
}
Symbol gradient(NodeId node, const Shape& shape) {
  return placeholder(fmt::format("?d{}", node), shape);
}
Symbol part(std::size_t i, const Shape& shape) {
  return placeholder(fmt::format("?p{}", i), shape);
}
Symbol sum(const Shape& shape) { return placeholder("?sum", shape); }
Symbol factor() { return placeholder("?factor", scalar_shape); }

}  // namespace reads

namespace {

std::size_t at(NodeId id) { return static_cast<std::size_t>(id); }

int number_in(const std::string& key) {
  int number = 0;
  std::from_chars(key.data() + 2, key.data() + key.size(), number);
  return number;
}

// Whether a formula reads the gradient of that node, or of one before it.
bool reads_below(const Symbol& formula, NodeId node) {
  bool found = false;
  substitute(formula, [&](const Symbol& leaf) -> std::optional<Symbol> {
    const std::string& key = leaf.key();
    found = found || (key.starts_with("?d") && number_in(key) <= node);
    return std::nullopt;
  });
  return found;
}

}  // namespace

BackwardGraph::BackwardGraph(const Graph& graph, NodeId loss, NodeId seed)
    : graph_(graph),
      forward_size_(graph.size()),
      loss_(loss),
      seed_(seed),
      live_(at(graph.size()), false),
      uses_(at(graph.size())) {
  live_[at(loss)] = true;
  for (NodeId id = loss; id >= 0; --id) {
    if (!live_[at(id)]) continue;
    for (const NodeId operand : graph[id].operands) live_[at(operand)] = true;
  }
  for (NodeId id = 0; id <= loss; ++id) {
    if (!live_[at(id)]) continue;
    const auto& operands = graph[id].operands;
    for (std::size_t o = 0; o < operands.size(); ++o)
      uses_[at(operands[o])].emplace_back(id, static_cast<int>(o));
  }
}

BackwardGraph::Pass BackwardGraph::pass() const {
  return {{}, std::vector<NodeId>(at(forward_size_), unknown)};
}

BackwardGraph::Pass BackwardGraph::edited(const Pass& pass, std::shared_ptr<const Edit> edit,
                                          long double factor) const {
  Pass made = pass;
  const auto changed = [&](const Edit& by) {
    return by.operand < 0 ? by.node : graph_[by.node].operands[at(by.operand)];
  };
  // gradients are made from the loss down, so those of later nodes stay as they are; but for a
  // parameter's, which another edit may read far above the parameter
  NodeId first = changed(*edit);
  for (bool grown = true; grown;) {
    grown = false;
    for (const Pass::Applied& other : pass.edits) {
      if (changed(*other.edit) <= first || !reads_below(other.edit->formula, first)) continue;
      first = changed(*other.edit);
      grown = true;
    }
  }
  for (NodeId id = 0; id <= first; ++id) made.gradients[at(id)] = unknown;
  std::erase_if(made.edits, [&](const Pass::Applied& other) {
    return other.edit->node == edit->node && other.edit->operand == edit->operand;
  });
  made.edits.push_back({std::move(edit), factor});
  return made;
}

NodeId BackwardGraph::gradient(Pass& pass, NodeId node) {
  if (!live_[at(node)]) return -1;
  if (pass.gradients[at(node)] != unknown) return pass.gradients[at(node)];
  // what the gradient of `node` is made of, without recursion: a chain may be long
  std::vector<bool> needed(at(forward_size_), false);
  needed[at(node)] = true;
  for (const Pass::Applied& applied : pass.edits) {
    for (const Symbol& placeholder : placeholders_of(applied.edit->formula)) {
      if (placeholder.key()[1] == 'd') needed[at(number_in(placeholder.key()))] = true;
    }
  }
  for (NodeId id = 0; id <= loss_; ++id) {
    if (!needed[at(id)] || pass.gradients[at(id)] != unknown) continue;
    for (const auto& [user, operand] : uses_[at(id)]) needed[at(user)] = true;
  }
  for (NodeId id = loss_; id >= node; --id) {
    if (needed[at(id)] && pass.gradients[at(id)] == unknown)
      pass.gradients[at(id)] = total(pass, id);
  }
  return pass.gradients[at(node)];
}

NodeId BackwardGraph::total(const Pass& pass, NodeId node) {
  std::vector<NodeId> parts;
  if (node == loss_) {
    parts.push_back(seed_ >= 0 ? seed_ : number(1));
  } else {
    for (const auto& use : uses_[at(node)]) {
      if (pass.gradients[at(use.first)] < 0) continue;
      const bool silenced = std::ranges::any_of(pass.edits, [&](const Pass::Applied& applied) {
        return std::ranges::find(applied.edit->silenced, use) != applied.edit->silenced.end();
      });
      if (!silenced) parts.push_back(contribution(pass, use.first, use.second));
    }
  }
  if (parts.empty()) return -1;
  for (const Pass::Applied& applied : pass.edits) {
    if (applied.edit->node != node || applied.edit->operand >= 0) continue;
    return append(applied.edit->formula, pass,
                  {node, graph_[node].shape, applied.factor, &parts, add_up(parts)});
  }
  return add_up(parts);
}

NodeId BackwardGraph::contribution(const Pass& pass, NodeId user, int operand) {
  const Shape shape = graph_[graph_[user].operands[at(operand)]].shape;
  for (const Pass::Applied& applied : pass.edits) {
    if (applied.edit->node == user && applied.edit->operand == operand)
      return append(applied.edit->formula, pass, {user, shape, applied.factor});
  }
  const Symbol* joined = operand == 0 ? joined_rule(pass, user) : nullptr;
  return append(joined != nullptr ? *joined : rule(user)[at(operand)], pass, {user, shape});
}

const BackwardGraph::Joined& BackwardGraph::joined(NodeId node) {
  const auto [found, is_new] = joined_.try_emplace(node);
  Joined& made = found->second;
  const Operation* operation = graph_[node].operation;
  const bool softmax_output = operation == &op::operation<op::Softmax>();
  if (!is_new || (!softmax_output && operation != &op::operation<op::Sigmoid>())) return made;
  NodeId at_end = node;
  while (uses_[at(at_end)].size() == 1 && uses_[at(at_end)][0].second == 0) {
    made.between.push_back(at_end);
    at_end = uses_[at(at_end)][0].first;
    if (graph_[at_end].operation != &op::operation<op::Identity>()) break;
  }
  const Node& loss = graph_[at_end];
  const bool fits = softmax_output ? loss.operation == &op::operation<op::CrossEntropy>() &&
                                         loss.with.axis == graph_[node].with.axis
                                   : loss.operation == &op::operation<op::Bce>();
  if (at_end == node || !fits) return made;
  made.between.push_back(at_end);
  made.loss = at_end;
  const Shape& shape = graph_[node].shape;
  const Symbol p = reads::result(shape);
  const Symbol y = reads::value(loss.operands[1], shape);
  const Symbol above = reads::gradient(at_end, loss.shape);
  const int axis = loss.with.axis;
  made.rule = softmax_output
                  ? above * ((p * broadcast(sum(y, axis), p, axis) - y) / sample_count(p, axis))
                  : above * ((p - y) / count<Over::all>(p));
  return made;
}

const Symbol* BackwardGraph::joined_rule(const Pass& pass, NodeId node) {
  const Joined& way = joined(node);
  if (way.loss < 0) return nullptr;
  for (const Pass::Applied& applied : pass.edits) {
    if (std::ranges::find(way.between, applied.edit->node) != way.between.end()) return nullptr;
  }
  return &way.rule;
}

const std::vector<Symbol>& BackwardGraph::rule(NodeId node) {
  const auto found = rules_.find(node);
  if (found != rules_.end()) return found->second;
  const Node& of = graph_[node];
  std::vector<Symbol> operands;
  for (std::size_t i = 0; i < of.operands.size(); ++i)
    operands.push_back(reads::operand(i, graph_[of.operands[i]].shape));
  return rules_
      .emplace(node, pullback_of(*of.operation, of.with, reads::from_above(of.shape),
                                 reads::result(of.shape), operands))
      .first->second;
}

const std::vector<Symbol>& BackwardGraph::placeholders_of(const Symbol& formula) {
  const auto [found, is_new] = formulas_.try_emplace(
      formula.identity(), Formula{static_cast<int>(formulas_.size()), formula, {}});
  if (is_new) {
    std::vector<Symbol>& all = found->second.placeholders;
    substitute(formula, [&](const Symbol& leaf) -> std::optional<Symbol> {
      if (std::ranges::find(all, leaf) == all.end()) all.push_back(leaf);
      return std::nullopt;
    });
  }
  return found->second.placeholders;
}

NodeId BackwardGraph::find(const Symbol& placeholder, const Pass& pass, const Place& where) {
  const std::string& name = placeholder.key();
  if (name == "?above") return pass.gradients[at(where.node)];
  if (name == "?y") return where.node;
  if (name == "?sum") return where.sum;
  if (name == "?factor") return number(where.factor);
  const int i = number_in(name);
  switch (name[1]) {
    case 'x':
      return graph_[where.node].operands[at(i)];
    case 'v':
      return i;
    case 'd':
      return gradient_now(pass, i);
    default:
      return (*where.parts)[at(i)];
  }
}

// A parameter's turn comes last, but its gradient is there as soon as those of its users are.
NodeId BackwardGraph::gradient_now(const Pass& pass, NodeId node) {
  if (pass.gradients[at(node)] != unknown || !graph_[node].is_leaf())
    return pass.gradients[at(node)];
  const bool there = std::ranges::all_of(
      uses_[at(node)], [&](const auto& use) { return pass.gradients[at(use.first)] != unknown; });
  // a mistake may read the gradient that it is a part of, as in w*w
  if (!there || !being_made_.insert(node).second) return unknown;
  NodeId made = unknown;
  try {
    made = total(pass, node);
  } catch (...) {
    being_made_.erase(node);
    throw;
  }
  being_made_.erase(node);
  return made;
}

NodeId BackwardGraph::append(const Symbol& formula, const Pass& pass, const Place& where) {
  std::map<std::string, NodeId> leaves;
  const std::vector<Symbol>& placeholders = placeholders_of(formula);
  std::vector<NodeId> key{formulas_.at(formula.identity()).number};
  for (const Symbol& placeholder : placeholders) {
    const NodeId id = find(placeholder, pass, where);
    // of a node whose turn is later, or that the loss does not depend on
    if (id < 0) throw ShapeError("a formula reads a gradient that is not there yet");
    leaves.emplace(placeholder.key(), id);
    key.push_back(id);
  }
  if (const auto found = known_.find(key); found != known_.end()) return found->second;
  NodeId made = graph_.append(formula, leaves);
  if (graph_[made].shape.is_scalar() && !where.shape.is_scalar()) {
    // a formula of scalars only, as 2·0.5, stands for every entry
    Attributes to;
    to.shape = where.shape;
    made = graph_.apply(op::operation<op::Broadcast<Over::all>>(), {made}, to);
  }
  if (!(graph_[made].shape == where.shape)) throw ShapeError("a gradient has its value's shape");
  return remember(std::move(key), made);
}

NodeId BackwardGraph::add_up(const std::vector<NodeId>& parts) {
  NodeId sum = parts.front();
  for (std::size_t i = 1; i < parts.size(); ++i) {
    std::vector<NodeId> key{-1, sum, parts[i]};
    const auto found = known_.find(key);
    sum = found != known_.end()
              ? found->second
              : remember(std::move(key), graph_.apply(op::operation<op::Add>(), {sum, parts[i]}));
  }
  return sum;
}

NodeId BackwardGraph::number(long double value) {
  if (const auto found = numbers_.find(value); found != numbers_.end()) return found->second;
  // 64 bits of mantissa are two doubles
  const auto high = static_cast<double>(value);
  const auto low = static_cast<double>(value - static_cast<long double>(high));
  const NodeId id = graph_.constant(Rational(high) + Rational(low));
  numbers_.emplace(value, id);
  return id;
}

NodeId BackwardGraph::remember(std::vector<NodeId> key, NodeId made) {
  known_.emplace(key, made);
  made_.push_back({graph_.size(), std::move(key)});
  return made;
}

void BackwardGraph::cut(NodeId size) {
  graph_.cut(size);
  while (!made_.empty() && made_.back().size > size) {
    known_.erase(made_.back().key);
    made_.pop_back();
  }
  std::erase_if(numbers_, [size](const auto& number) { return number.second >= size; });
}

}  // namespace tracer
