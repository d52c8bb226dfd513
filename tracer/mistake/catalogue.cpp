#include "tracer/mistake/catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tracer/derive/rules.hpp"
#include "tracer/error.hpp"

namespace tracer {

Mistake mistake_of(const MistakeKind& kind, std::string says) {
  return {kind, std::move(says), std::string(kind.id)};
}

void add_mistake(std::vector<Mistake>& mistakes, Mistake mistake, Edit where, const Shape& wanted,
                 const std::function<Symbol()>& make) {
  try {
    where.formula = make();
  } catch (const ShapeError&) {  // W where Wᵀ belongs, and W is not square: it can't be written
    return;
  }
  // a formula of scalars stands for every entry
  const Shape& shape = where.formula.shape();
  if (!(shape == wanted) && !shape.is_scalar()) return;
  mistake.edit = std::make_shared<const Edit>(std::move(where));
  mistakes.push_back(std::move(mistake));
}

namespace {

// Entry by entry, from numbers and one value: what a line that is an activation is made of.
bool is_entrywise(const Operation& operation) {
  // what is not 0 where the other is (maximum) has its own name by now: diagnosis/prepare.cpp
  return (operation.is_entrywise && operation.with_zero == nullptr) ||
         operation.law == Law::broadcast;
}

bool is_activation(const Graph& graph, NodeId id) {
  const Node& node = graph[id];
  return !node.is_leaf() && node.operands.size() == 1 && is_entrywise(*node.operation) &&
         (node.operation->law == Law::none || node.operation->law == Law::square) &&
         !node.operation->call.empty() && graph[node.operands[0]].shape == node.shape &&
         graph[node.operands[0]].leaf != LeafKind::constant;
}

}  // namespace

Catalogue::Catalogue(const BatchGraph& batch, BackwardGraph& back, Companions companions)
    : batch_(batch), back_(back), companions_(std::move(companions)) {
  line_of_.assign(static_cast<std::size_t>(graph().size()), -1);
  for (NodeId id = 0; id < graph().size(); ++id) {
    if (graph()[id].is_leaf()) line_of_[static_cast<std::size_t>(id)] = id;
  }
  for (const NodeId line : batch.lines) {
    for (const NodeId id : graph().line_nodes(line)) {
      NodeId& place = line_of_[static_cast<std::size_t>(id)];
      if (place < 0) place = line;
    }
  }
  find_activations();
}

NodeId Catalogue::line_of(NodeId id) const { return line_of_[static_cast<std::size_t>(id)]; }

std::string Catalogue::called(NodeId id) const {
  const Node& node = graph()[id];
  if (node.is_named()) return node.called();
  if (node.is_leaf()) {
    const Symbol itself = symbol_of(graph(), id);
    return itself.is_number() ? write_number(itself.number(), true).text : "its argument";
  }
  const NodeId operand = node.operands[0];
  // spread over the batch it is still what it was
  if (node.operands.size() == 1 && !(graph()[operand].shape == node.shape) &&
      node.operation->law != Law::transpose)
    return called(operand);
  if (node.operation->law == Law::transpose && graph()[operand].is_named())
    return graph()[operand].called() + "ᵀ";
  return "its argument";
}

const TwoSides* Catalogue::sides(NodeId line) const {
  const auto found = sides_.find(line);
  return found == sides_.end() ? nullptr : &found->second;
}

void Catalogue::find_activations() {
  for (NodeId id = 0; id < graph().size(); ++id) {
    if (back_.is_live(id) && is_activation(graph(), id))
      activations_.push_back({graph()[id].operands[0], id, graph()[id].operation});
  }
  for (const NodeId line : batch_.lines) {
    const std::vector<NodeId> nodes = graph().line_nodes(line);
    if (nodes.size() < 2 || !back_.is_live(line)) continue;
    const auto is_part = [&](const Activation& part) { return line_of(part.y) == line; };
    if (auto sides = sides_of(graph(), line)) {
      // A1 = np.where(Z1 > 0, Z1, a*Z1): what is beside the value is a constant or is trained
      const bool alone = std::ranges::all_of(graph().line_operands(line), [&](NodeId operand) {
        const LeafKind kind = graph()[operand].leaf;
        return operand == sides->x || kind == LeafKind::constant || kind == LeafKind::parameter;
      });
      if (alone) {
        std::erase_if(activations_, is_part);
        activations_.push_back({sides->x, line, nullptr});
      }
      sides_.emplace(line, std::move(*sides));
      if (alone) continue;
    }
    // A1 = 1/(1 + np.exp(-Z1)): one value that is no constant, of the shape of the result
    NodeId x = -1;
    bool entrywise = true;
    for (const NodeId id : nodes) entrywise = entrywise && is_entrywise(*graph()[id].operation);
    for (const NodeId operand : graph().line_operands(line)) {
      if (graph()[operand].leaf == LeafKind::constant) continue;
      entrywise = entrywise && x < 0 && graph()[operand].shape == graph()[line].shape;
      x = operand;
    }
    const bool curved = std::ranges::any_of(nodes, [&](NodeId id) {
      return is_activation(graph(), id) || graph()[id].operation->law == Law::power;
    });
    if (!entrywise || !curved || x < 0) continue;
    // the whole is the activation, and not its exp
    std::erase_if(activations_, is_part);
    activations_.push_back({x, line, nullptr});
  }
}

NodeId Catalogue::activated(NodeId x) const {
  const auto found = std::ranges::find(activations_, x, &Activation::x);
  return found == activations_.end() ? -1 : found->y;
}

NodeId Catalogue::before_activation(NodeId y) const {
  const auto found = std::ranges::find(activations_, y, &Activation::y);
  return found == activations_.end() ? -1 : found->x;
}

const std::vector<Mistake>& Catalogue::of_contribution(NodeId user, int operand) {
  const auto [found, is_new] = contributions_.try_emplace({user, operand});
  if (is_new) {
    for (const auto add :
         {add_corner_choices, add_room_mistakes, add_slope_mistakes, add_side_mistakes,
          add_product_mistakes, add_upstream_mistakes, add_bias_mistakes, add_output_mistakes})
      add(*this, user, operand, found->second);
    for (Mistake& mistake : found->second) {
      if (mistake.line < 0) mistake.line = line_of(user);
      if (mistake.of < 0) mistake.of = graph()[user].operands[static_cast<std::size_t>(operand)];
    }
  }
  return found->second;
}

const std::vector<Mistake>& Catalogue::of_slope(NodeId user, int operand) {
  const auto [found, is_new] = slopes_.try_emplace({user, operand});
  if (is_new) {
    add_any_slopes(*this, user, operand, found->second);
    for (Mistake& mistake : found->second) {
      if (mistake.line < 0) mistake.line = line_of(user);
      if (mistake.of < 0) mistake.of = graph()[user].operands[static_cast<std::size_t>(operand)];
    }
  }
  return found->second;
}

const std::vector<Mistake>& Catalogue::of_total(NodeId node) {
  const auto [found, is_new] = totals_.try_emplace(node);
  if (is_new) {
    for (const auto add : {add_path_mistakes, add_output_totals, add_written_out_totals,
                           add_factor_mistakes, add_term_mistakes})
      add(*this, node, found->second);
    for (Mistake& mistake : found->second) {
      if (mistake.line < 0) mistake.line = line_of(node);
      mistake.of = node;
    }
  }
  return found->second;
}

const std::vector<Mistake>& Catalogue::of_nobody(NodeId node) {
  const auto [found, is_new] = nobodys_.try_emplace(node);
  if (is_new) add_products_of_gradient(*this, node, found->second);
  return found->second;
}

const Mistake* Catalogue::unknown_at(NodeId line) {
  const auto [found, is_new] = claimed_.try_emplace(line);
  if (is_new) add_claimed_gradient(*this, line, found->second);
  return found->second.empty() ? nullptr : &found->second.front();
}

std::vector<Mistake> Catalogue::of_sheet(NodeId value, const std::optional<Symbol>& fused) {
  std::vector<Mistake> made;
  add_path_slips(*this, value, made);
  add_slope_slips(*this, value, made);
  if (fused) add_output_slips(*this, value, *fused, made);
  for (Mistake& mistake : made) mistake.of = value;
  return made;
}

std::vector<std::pair<NodeId, int>> Catalogue::places_towards(NodeId value) const {
  std::vector<std::pair<NodeId, int>> places;
  for (const Way& way : ways_from(value)) {
    for (const NodeId node : graph().line_nodes(way.line)) {
      const auto& operands = graph()[node].operands;
      for (std::size_t i = 0; i < operands.size(); ++i) {
        if (operands[i] == value || !graph()[operands[i]].is_named())
          places.emplace_back(node, static_cast<int>(i));
      }
    }
  }
  return places;
}

std::vector<Catalogue::Way> Catalogue::ways_from(NodeId value) const {
  std::vector<Way> ways;
  const auto& uses = back_.uses(value);
  for (std::size_t i = 0; i < uses.size(); ++i) {
    const NodeId line = line_of(uses[i].first);
    const auto known = std::ranges::find(ways, line, &Way::line);
    (known == ways.end() ? ways.emplace_back(Way{line}) : *known).uses.push_back(i);
  }
  return ways;
}

namespace {

// The sentence of a room's wrong rule (MistakenRule::says) with the names of a lesson in it.
std::string with_names(const MistakenRule& rule, const Operation& operation,
                       const std::vector<std::string>& operands, const std::string& result) {
  const OutputPair* const output = output_of(operation);
  return fmt::format(fmt::runtime(rule.says), fmt::arg("x", operands[0]),
                     fmt::arg("a", operands[0]),
                     fmt::arg("b", operands.size() > 1 ? operands[1] : ""), fmt::arg("y", result),
                     fmt::arg("f", output == nullptr ? "" : output->activation().name));
}

// The words of a room's wrong rule for a sheet, where the line is that operation and no more.
OnSheet words_of_rule(const Graph& graph, NodeId line, const MistakenRule& rule) {
  const Node& node = graph[line];
  const auto is_named = [&](NodeId operand) { return graph[operand].is_named(); };
  if (!node.is_named() || !std::ranges::all_of(node.operands, is_named)) return {};
  return {Turn::rules, [&graph, &node, &rule]() -> SheetWords {
            std::vector<std::string> names;
            for (const NodeId id : node.operands) names.push_back(display_of(graph[id]).text);
            const bool extra = rule.kind == mistake_kinds::output_slope_extra;
            return {
                extra ? "slope twice" : "wrong slope",
                {notation::words(with_names(rule, *node.operation, names, display_of(node).text))},
                "look at the slope of " + node.name};
          }};
}

}  // namespace

void add_room_mistakes(Catalogue& catalogue, NodeId user, int operand,
                       std::vector<Mistake>& mistakes) {
  const Graph& graph = catalogue.graph();
  const Node& node = graph[user];
  std::vector<Symbol> operands;
  for (std::size_t i = 0; i < node.operands.size(); ++i)
    operands.push_back(reads::operand(i, graph[node.operands[i]].shape));
  std::vector<std::string> names;
  for (const NodeId id : node.operands) names.push_back(catalogue.called(id));
  for (const MistakenRule& rule : node.operation->mistakes) {
    if (rule.operand != operand) continue;
    const std::string result = node.is_named() ? node.called() : "its result";
    Mistake mistake = mistake_of(rule.kind, with_names(rule, *node.operation, names, result));
    mistake.family = fmt::format("{} of {}", rule.kind.id, node.operation->name);
    mistake.on_sheet = words_of_rule(graph, user, rule);
    add_mistake(mistakes, std::move(mistake), Edit{user, operand},
                graph[node.operands[static_cast<std::size_t>(operand)]].shape, [&] {
                  return rule.pullback(node.with, reads::from_above(node.shape),
                                       reads::result(node.shape), operands);
                });
  }
}

}  // namespace tracer
