#include "tracer/mistake/line_formulas.hpp"

#include <algorithm>
#include <set>

#include "tracer/graph/pullback.hpp"
#include "tracer/op/vocabulary.hpp"
#include "tracer/symbol/simplify.hpp"

namespace tracer {
namespace {

const Quantity no_formula = Quantity::adjoint;  // of no node

}  // namespace

Symbol value_formula(const Graph& graph, NodeId node) {
  if (graph[node].is_named() || graph[node].is_leaf()) return symbol_of(graph, node);
  return node_formula(graph, node, [&](NodeId operand) { return value_formula(graph, operand); });
}

std::optional<LineFormula> LineFormulas::of(const Mistake& mistake, const Symbol& factor) const {
  auto made =
      mistake.edit->operand < 0 ? of_total(mistake, factor) : of_contribution(mistake, factor);
  if (!made || made->wrong == made->right || mentions(made->wrong, no_formula)) return std::nullopt;
  return made;
}

std::optional<Symbol> LineFormulas::gradient_of(NodeId node,
                                                const std::vector<const Mistake*>& mistakes) const {
  BackwardGraph::Pass pass = back_.pass();
  std::set<NodeId> lines;
  for (const Mistake* mistake : mistakes) {
    if (mistake->edit->operand < 0) {  // it is about the gradient as a whole
      const auto made = of(*mistake);
      if (made && made->of == node) return made->wrong;
    } else {
      pass = back_.edited(pass, mistake->edit);
      lines.insert(mistake->line);
    }
  }
  const GradientRule* rule = rules_.find(node);
  if (rule == nullptr) return std::nullopt;
  std::optional<Symbol> sum;
  const auto add = [&](const Symbol& part) { sum = sum ? *sum + part : part; };
  bool changed = false;
  for (const NodeId line : lines) {
    const auto right = sent_back(line, back_.pass(), 1);
    const auto wrong = sent_back(line, pass, 1);
    if (!wrong.contains(node)) continue;
    changed = changed || !(wrong.at(node) == right.at(node));
    add(simplify(wrong.at(node)));
  }
  if (!changed) return std::nullopt;
  for (const Path& path : rule->paths)
    if (!lines.contains(path.line)) add(rules_.contribution(path));
  return mentions(*sum, no_formula) ? std::nullopt : sum;
}

// The gradient of a node, which may be part of a line: then what the rest of the line sends it.
Symbol LineFormulas::gradient(NodeId node) const {
  if (graph()[node].is_named()) return rules_.adjoint(node);
  const auto& uses = back_.uses(node);
  if (uses.size() != 1) return Symbol::leaf(no_formula, graph()[node].shape);
  return sent(uses.front().first, uses.front().second);
}

// What a node sends back to one of its operands.
Symbol LineFormulas::sent(NodeId user, int operand) const {
  const Node& node = graph()[user];
  std::vector<Symbol> operands;
  for (const NodeId id : node.operands) operands.push_back(value_formula(graph(), id));
  return pullback_of(*node.operation, node.with, gradient(user), value_formula(graph(), user),
                     operands)[static_cast<std::size_t>(operand)];
}

// What an edit's formula reads from outside its place.
std::optional<Symbol> LineFormulas::elsewhere(const Quantity& what, const Symbol& factor) const {
  if (what == Quantity::factor) return factor;
  if (what.number < 0) return std::nullopt;  // it has a name
  if (what.kind == Quantity::value) return value_formula(graph(), what.number);
  if (what.kind == Quantity::adjoint) return gradient(what.number);
  return std::nullopt;
}

// What a line sends back to the named values that it uses.
std::map<NodeId, Symbol> LineFormulas::sent_back(NodeId line, const BackwardGraph::Pass& pass,
                                                 const Symbol& factor) const {
  return back_.line(pass, line, rules_.adjoint(line),
                    [&](const Quantity& what) { return elsewhere(what, factor); });
}

std::optional<LineFormula> LineFormulas::of_contribution(const Mistake& mistake,
                                                         const Symbol& factor) const {
  const BackwardGraph::Pass pass = back_.pass();
  const auto right = sent_back(mistake.line, pass, factor);
  const auto wrong = sent_back(mistake.line, back_.edited(pass, mistake.edit), factor);
  // the value that the mistake is about, or else the first whose gradient it changes
  NodeId of = mistake.of;
  if (!right.contains(of)) {
    const auto changed = std::ranges::find_if(
        right, [&](const auto& entry) { return !(entry.second == wrong.at(entry.first)); });
    if (changed == right.end()) return std::nullopt;
    of = changed->first;
  }
  return LineFormula{of, is_used_elsewhere(of, mistake.line), simplify(wrong.at(of)),
                     simplify(right.at(of))};
}

std::optional<LineFormula> LineFormulas::of_total(const Mistake& mistake,
                                                  const Symbol& factor) const {
  const NodeId node = mistake.edit->node;
  std::vector<Symbol> parts;
  Symbol sum{0};
  for (const auto& [user, operand] : back_.uses(node)) {
    parts.push_back(sent(user, operand));
    sum = parts.size() == 1 ? parts[0] : sum + parts.back();
  }
  if (parts.empty()) return std::nullopt;
  const Symbol wrong =
      substitute(mistake.edit->formula, [&](const Symbol& leaf) -> std::optional<Symbol> {
        const Quantity& what = leaf.stands_for();
        if (what == Quantity::sum) return sum;
        if (what.kind == Quantity::part) return parts[static_cast<std::size_t>(what.number)];
        return elsewhere(what, factor);
      });
  return LineFormula{node, false, simplify(wrong), simplify(sum)};
}

bool LineFormulas::is_used_elsewhere(NodeId node, NodeId line) const {
  const std::vector<NodeId> nodes = graph().line_nodes(line);
  return std::ranges::any_of(back_.uses(node), [&](const auto& use) {
    return std::ranges::find(nodes, use.first) == nodes.end();
  });
}

const std::vector<WrongFormula>& LineMistakes::of(NodeId value, Turn turn,
                                                  const std::optional<Symbol>& fused) {
  const auto [made, is_new] = known_.try_emplace({value, turn});
  if (is_new || made->second.fused != fused) made->second = {fused, made_of(value, turn, fused)};
  return made->second.formulas;
}

std::vector<WrongFormula> LineMistakes::made_of(NodeId value, Turn turn,
                                                const std::optional<Symbol>& fused) {
  std::vector<WrongFormula> made;
  const auto add = [&](const std::vector<Mistake>& mistakes) {
    for (const Mistake& mistake : mistakes) {
      if (!mistake.on_sheet.words || mistake.on_sheet.turn != turn) continue;
      if (auto formula = formulas_.gradient_of(value, mistake))
        made.push_back({mistake.on_sheet.words(), std::move(*formula)});
    }
  };
  const std::vector<Catalogue::Way> ways = catalogue_.ways_from(value);
  // of several lines that use it, none is the rule
  if (ways.empty() || (turn == Turn::rules && ways.size() != 1)) return made;
  add(catalogue_.of_sheet(value, fused));
  for (const auto& [node, operand] : catalogue_.places_towards(value))
    add(catalogue_.of_contribution(node, operand));
  add(catalogue_.of_total(value));
  return made;
}

}  // namespace tracer
