#include "tracer/diagnosis/mistakes.hpp"

#include <fmt/args.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tracer/diagnosis/with_names.hpp"
#include "tracer/error.hpp"
#include "tracer/op/all.hpp"

namespace tracer {

Mistake mistake_called(std::string id, std::string says) {
  Mistake made;
  made.family = id;
  made.id = std::move(id);
  made.says = std::move(says);
  return made;
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

double surprise(const std::string& id) {
  // how many of some 115 wrong implementations, out of published code and questions about it, had
  // it
  static const std::map<std::string, int> seen{{"corner_slope", 1000},  // no mistake at all
                                               {"chain_missing_slope", 19},
                                               {"slope_at_activation", 13},
                                               {"slope_formula", 12},
                                               {"scale", 12},
                                               {"weight_gradient_for_weight", 10},
                                               {"activation_for_slope", 9},
                                               {"transpose_missing", 9},
                                               {"updated_weights", 9},
                                               {"bias_sum_all_axes", 9},
                                               {"slope_missing", 6},
                                               {"bias_mean_over_units", 6},
                                               {"missing_1_over_m", 6},
                                               {"double_1_over_m", 5},
                                               {"slope_of_wrong_activation", 5},
                                               {"extra_weight_term", 5},
                                               {"softmax_diagonal", 4},
                                               {"log_softmax_diagonal", 4},
                                               {"activation_applied_to_gradient", 3},
                                               {"output_slope_extra", 3},
                                               {"l2_missing", 3},
                                               {"l2_scale", 5},
                                               {"path_overwritten", 3},
                                               {"path_left_out", 2},
                                               {"path_scaled", 2},
                                               {"batchnorm_constant_stats", 3},
                                               {"slope_at_gradient", 2},
                                               {"batchnorm_param_grads_from_dx", 2},
                                               {"targets_ignored", 1},
                                               {"zero_gradient", 1},
                                               {"dropout_mask_missing", 1},
                                               {"dropout_scale", 1},
                                               {"gradients_not_zeroed", 1},
                                               {"dW_wrong_activation", 1}};
  const auto found = seen.find(id);
  return 1.0 / (1 + (found == seen.end() ? 0 : found->second));
}

namespace {

// Entry by entry, from numbers and one value: what a line that is an activation is made of.
bool is_entrywise(const Operation& operation) {
  if (operation.expansion != nullptr) return false;
  switch (operation.law) {
    case Law::transpose:
    case Law::matmul:
    case Law::sum:
    case Law::reshape:
    case Law::slice:
    case Law::place:
      return false;
    default:
      return !operation.name.starts_with("max") && !operation.name.starts_with("is largest");
  }
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
  // spread over the batch it is still what it was
  if (!node.is_named() && node.operands.size() == 1 && graph()[node.operands[0]].is_named() &&
      !(graph()[node.operands[0]].shape == node.shape))
    return called(node.operands[0]);
  if (!node.is_named()) return "its argument";
  return node.called();
}

void Catalogue::find_activations() {
  for (NodeId id = 0; id < graph().size(); ++id) {
    if (back_.is_live(id) && is_activation(graph(), id))
      activations_.push_back({graph()[id].operands[0], id, graph()[id].operation});
  }
  for (const NodeId line : batch_.lines) {
    const std::vector<NodeId> nodes = graph().line_nodes(line);
    if (nodes.size() < 2 || !back_.is_live(line)) continue;
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
      return is_activation(graph(), id) || graph()[id].operation->law == Law::power ||
             graph()[id].operation == &op::operation<op::Maximum>();
    });
    if (!entrywise || !curved || x < 0) continue;
    // the whole is the activation, and not its exp
    std::erase_if(activations_, [&](const Activation& part) { return line_of(part.y) == line; });
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
         {add_corner_choices, add_room_mistakes, add_slope_mistakes, add_product_mistakes,
          add_upstream_mistakes, add_bias_mistakes, add_output_mistakes})
      add(*this, user, operand, found->second);
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
    for (const auto add :
         {add_path_mistakes, add_output_totals, add_factor_mistakes, add_term_mistakes})
      add(*this, node, found->second);
    for (Mistake& mistake : found->second) {
      if (mistake.line < 0) mistake.line = line_of(node);
      mistake.of = node;
    }
  }
  return found->second;
}

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
    Mistake mistake = mistake_called(std::string(rule.kind.id),
                                     with_names(rule.says, names, catalogue.called(user)));
    mistake.family = fmt::format("{} of {}", rule.kind.id, node.operation->name);
    add_mistake(mistakes, std::move(mistake), Edit{user, operand},
                graph[node.operands[static_cast<std::size_t>(operand)]].shape, [&] {
                  return rule.pullback(node.with, reads::from_above(node.shape),
                                       reads::result(node.shape), operands);
                });
  }
}

}  // namespace tracer
