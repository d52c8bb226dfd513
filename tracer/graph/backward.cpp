#include "tracer/graph/backward.hpp"

#include <algorithm>

#include "tracer/error.hpp"
#include "tracer/graph/pullback.hpp"
#include "tracer/op/vocabulary.hpp"

namespace tracer {
namespace {

std::size_t at(NodeId id) { return static_cast<std::size_t>(id); }

// Whether a formula reads the gradient of that node, or of one before it.
bool reads_below(const Symbol& formula, NodeId node) {
  bool found = false;
  substitute(formula, [&](const Symbol& leaf) -> std::optional<Symbol> {
    const Quantity& what = leaf.stands_for();
    found = found || (what.kind == Quantity::adjoint && what.number <= node);
    return std::nullopt;
  });
  return found;
}

}  // namespace

BackwardGraph::BackwardGraph(const Graph& graph, NodeId loss, NodeId seed, Outputs outputs)
    : graph_(graph),
      forward_size_(graph.size()),
      loss_(loss),
      seed_(seed),
      outputs_(outputs),
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
    for (const Quantity& placeholder : placeholders_of(applied.edit->formula)) {
      if (placeholder.kind == Quantity::adjoint) needed[at(placeholder.number)] = true;
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
  std::vector<NodeId> parts;  // by use; −1 where nothing comes back
  if (node == loss_) {
    parts.push_back(seed_ >= 0 ? seed_ : append(one_, pass, {node, graph_[node].shape}));
  } else {
    for (const auto& [user, operand] : uses_[at(node)]) {
      const bool comes = pass.gradients[at(user)] >= 0 && !is_silenced(pass, user, operand);
      parts.push_back(comes ? contribution(pass, user, operand) : -1);
    }
  }
  std::vector<NodeId> present = parts;
  std::erase(present, -1);
  if (present.empty()) return -1;
  const NodeId sum = add_up(present);
  const Pass::Applied* changed = edit_at(pass, node, -1);
  return changed == nullptr ? sum
                            : append(changed->edit->formula, pass,
                                     {node, graph_[node].shape, changed->factor, &parts, sum});
}

const BackwardGraph::Pass::Applied* BackwardGraph::edit_at(const Pass& pass, NodeId node,
                                                           int operand) {
  const auto found = std::ranges::find_if(pass.edits, [&](const Pass::Applied& applied) {
    return applied.edit->node == node && applied.edit->operand == operand;
  });
  return found == pass.edits.end() ? nullptr : &*found;
}

bool BackwardGraph::is_silenced(const Pass& pass, NodeId node, int operand) {
  return std::ranges::any_of(pass.edits, [&](const Pass::Applied& applied) {
    return std::ranges::count(applied.edit->silenced, std::pair(node, operand)) > 0;
  });
}

std::map<NodeId, Symbol> BackwardGraph::line(const Pass& pass, NodeId line, const Symbol& above,
                                             const Reading& of) const {
  const std::map<NodeId, Symbol> formulas = line_formulas(graph_, line);
  const auto value = [&](NodeId id) {
    if (id == line && graph_[id].is_named()) return symbol_of(graph_, id);  // a rule that reuses it
    const auto inside = formulas.find(id);
    return inside != formulas.end() ? inside->second : symbol_of(graph_, id);
  };
  // nodes that are made of constants alone are sent nothing
  std::set<NodeId> varying;
  const auto is_sent = [&](NodeId id) {
    return formulas.contains(id) ? varying.contains(id) : graph_[id].leaf != LeafKind::constant;
  };
  for (const auto& [id, formula] : formulas) {
    if (std::ranges::any_of(graph_[id].operands, is_sent)) varying.insert(id);
  }
  std::map<NodeId, Symbol> adjoints{{line, above}};
  for (auto it = formulas.rbegin(); it != formulas.rend(); ++it) {
    const NodeId id = it->first;
    if (!adjoints.contains(id)) continue;
    const std::vector<NodeId>& operands = graph_[id].operands;
    const Joined* way = formulas.contains(operands[0]) ? joined_way(pass, operands[0]) : nullptr;
    const auto read = [&](const Symbol& leaf) -> std::optional<Symbol> {
      const Quantity& what = leaf.stands_for();
      if (what == Quantity::above) return adjoints.at(id);
      if (what == Quantity::result) return value(id);
      if (what.kind == Quantity::operand) return value(operands[at(what.number)]);
      return of ? of(what) : std::nullopt;
    };
    const auto send = [&](NodeId to, const Symbol& sent) {
      const auto [place, first] = adjoints.try_emplace(to, sent);
      if (!first) place->second = place->second + sent;
    };
    for (std::size_t o = 0; o < operands.size(); ++o) {
      if (!is_sent(operands[o]) || is_silenced(pass, id, static_cast<int>(o))) continue;
      if (o == 0 && way != nullptr && way->loss == id && !is_silenced(pass, operands[0], 0)) {
        // to what goes into the activation: p − y
        const OutputPair& pair = *graph_[id].operation->output;
        send(graph_[operands[0]].operands[0],
             pair.pullback(graph_[id].with, adjoints.at(id), value(operands[0]),
                           value(operands[1])));
        continue;
      }
      const Pass::Applied* changed = edit_at(pass, id, static_cast<int>(o));
      send(operands[o],
           substitute(changed == nullptr ? rule(id)[o] : changed->edit->formula, read));
    }
  }
  std::erase_if(adjoints, [&](const auto& entry) { return formulas.contains(entry.first); });
  return adjoints;
}

NodeId BackwardGraph::contribution(const Pass& pass, NodeId user, int operand) {
  const Shape shape = graph_[graph_[user].operands[at(operand)]].shape;
  if (const Pass::Applied* changed = edit_at(pass, user, operand))
    return append(changed->edit->formula, pass, {user, shape, changed->factor});
  const Joined* way =
      operand == 0 && outputs_ == Outputs::joined ? joined_way(pass, user) : nullptr;
  return append(way != nullptr ? way->rule : rule(user)[at(operand)], pass, {user, shape});
}

const BackwardGraph::Joined& BackwardGraph::joined(NodeId node) const {
  const auto [found, is_new] = joined_.try_emplace(node);
  Joined& made = found->second;
  const Operation* operation = graph_[node].operation;
  if (!is_new || operation == nullptr || pair_of_activation(*operation) == nullptr) return made;
  NodeId at_end = node;
  while (uses_[at(at_end)].size() == 1 && uses_[at(at_end)][0].second == 0) {
    made.between.push_back(at_end);
    at_end = uses_[at(at_end)][0].first;
    if (graph_[at_end].operation->law != Law::identity) break;
  }
  const Node& loss = graph_[at_end];
  const OutputPair* pair = at_end == node ? nullptr : loss.operation->output;
  if (pair == nullptr || &pair->activation() != operation ||
      loss.with.axis != graph_[node].with.axis)
    return made;
  made.between.push_back(at_end);
  made.loss = at_end;
  const Shape& shape = graph_[node].shape;
  const Symbol p = reads::result(shape);
  const Symbol y = reads::value(loss.operands[1], shape);
  const Symbol above = reads::gradient(at_end, loss.shape);
  made.rule = pair->pullback(loss.with, above, p, y);
  return made;
}

const BackwardGraph::Joined* BackwardGraph::joined_way(const Pass& pass, NodeId node) const {
  const Joined& way = joined(node);
  if (way.loss < 0) return nullptr;
  for (const Pass::Applied& applied : pass.edits) {
    if (std::ranges::find(way.between, applied.edit->node) != way.between.end()) return nullptr;
  }
  return &way;
}

const std::vector<Symbol>& BackwardGraph::rule(NodeId node) const {
  const auto found = rules_.find(node);
  if (found != rules_.end()) return found->second;
  const Node& of = graph_[node];
  std::vector<Shape> operands;
  for (const NodeId operand : of.operands) operands.push_back(graph_[operand].shape);
  return rules_.emplace(node, rule_of(*of.operation, of.with, of.shape, operands)).first->second;
}

const std::vector<Quantity>& BackwardGraph::placeholders_of(const Symbol& formula) {
  const auto [found, is_new] = formulas_.try_emplace(
      formula.identity(), Formula{static_cast<int>(formulas_.size()), formula, {}});
  if (is_new) {
    std::vector<Quantity>& all = found->second.placeholders;
    substitute(formula, [&](const Symbol& leaf) -> std::optional<Symbol> {
      if (std::ranges::find(all, leaf.stands_for()) == all.end()) all.push_back(leaf.stands_for());
      return std::nullopt;
    });
  }
  return found->second.placeholders;
}

NodeId BackwardGraph::find(const Quantity& what, const Pass& pass, const Place& where) {
  switch (what.kind) {
    case Quantity::value:
      return what.number;
    case Quantity::adjoint:
      return gradient_now(pass, what.number);
    case Quantity::above:
      return pass.gradients[at(where.node)];
    case Quantity::result:
      return where.node;
    case Quantity::operand:
      return graph_[where.node].operands[at(what.number)];
    case Quantity::part:
      return (*where.parts)[at(what.number)];
    case Quantity::sum:
      return where.sum;
    case Quantity::factor:
      return number(where.factor);
    default:
      return -1;
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
  std::map<Quantity, NodeId> leaves;
  const std::vector<Quantity>& placeholders = placeholders_of(formula);
  std::vector<NodeId> key{formulas_.at(formula.identity()).number};
  for (const Quantity& placeholder : placeholders) {
    const NodeId id = find(placeholder, pass, where);
    // of a node whose turn is later, or that the loss does not depend on
    if (id < 0) throw ShapeError("a formula reads a gradient that is not there yet");
    leaves.emplace(placeholder, id);
    key.push_back(id);
  }
  if (const auto found = known_.find(key); found != known_.end()) return found->second;
  NodeId made = graph_.append(formula, leaves);
  if (graph_[made].shape.is_scalar() && !where.shape.is_scalar()) {
    // a formula of scalars only, as 2·0.5, stands for every entry
    made = graph_.apply(operation_for(Law::broadcast), {made}, {.shape = where.shape});
  }
  if (!(graph_[made].shape == where.shape)) throw ShapeError("a gradient has its value's shape");
  return remember(std::move(key), made);
}

NodeId BackwardGraph::add_up(const std::vector<NodeId>& parts) {
  NodeId sum = parts.back();  // as the tape does, from the end
  for (auto part = parts.rbegin() + 1; part != parts.rend(); ++part) {
    std::vector<NodeId> key{-1, sum, *part};
    const auto found = known_.find(key);
    sum = found != known_.end()
              ? found->second
              : remember(std::move(key), graph_.apply(operation_for(Law::add), {sum, *part}));
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
