// What goes wrong around a matrix product C = A·B, where C̄·Bᵀ goes to A and Aᵀ·C̄ to B: the other
// factor is another value (or has been updated already), or what comes from above is the gradient
// of another line.
#include <fmt/format.h>

#include "tracer/check/diagnosis/mistakes.hpp"
#include "tracer/error.hpp"
#include "tracer/op/all.hpp"

namespace tracer {
namespace {

Symbol put(const Symbol& formula, const std::string& key, const Symbol& in_its_place) {
  return substitute(formula, [&](const Symbol& leaf) -> std::optional<Symbol> {
    return leaf.key() == key ? std::optional(in_its_place) : std::nullopt;
  });
}

bool is_matmul(const Node& node) {
  return !node.is_leaf() && node.operation == &op::operation<op::Matmul>();
}

// The parameter that a node is: a leaf, or its transpose.
NodeId parameter_of(const Graph& graph, NodeId id) {
  if (!graph[id].is_leaf() && graph[id].operation->law == Law::transpose)
    id = graph[id].operands[0];
  return graph[id].leaf == LeafKind::parameter ? id : -1;
}

// Adds the mistake, unless its formula does not fit the shapes.
void add(std::vector<Mistake>& mistakes, Mistake mistake, Edit edit,
         const std::function<Symbol()>& formula) {
  try {
    edit.formula = formula();
  } catch (const ShapeError&) {
    return;
  }
  mistake.edit = std::make_shared<const Edit>(std::move(edit));
  mistakes.push_back(std::move(mistake));
}

}  // namespace

void add_product_mistakes(Catalogue& catalogue, NodeId user, int operand,
                          std::vector<Mistake>& mistakes) {
  const Graph& graph = catalogue.graph();
  const Node& node = graph[user];
  if (node.operands.size() < 2 || node.operation == &op::operation<op::Add>()) return;
  const Symbol right = catalogue.back().rule(user)[static_cast<std::size_t>(operand)];
  // another operand of the same operation that is a parameter: it was updated too early
  for (std::size_t i = 0; i < node.operands.size(); ++i) {
    const NodeId parameter = parameter_of(graph, node.operands[i]);
    if (parameter < 0 || static_cast<int>(i) == operand) continue;
    const std::string key = fmt::format("?x{}", i);
    if (!mentions(right, key)) continue;
    const std::string& w = graph[parameter].name;
    const Shape shape = graph[parameter].shape;
    const Symbol of_parameter = reads::gradient(parameter, shape);
    const Symbol own = parameter == node.operands[i] ? of_parameter : transpose(of_parameter);
    Mistake updated{"updated_weights", "updated_weights",
                    fmt::format("{0} is used after its update, {0} − {{k}}·∂L/∂{0}, where the {0} "
                                "of the forward pass belongs",
                                w)};
    updated.neutral = 0;
    Edit with_factor{user, operand};
    with_factor.has_factor = true;
    add(mistakes, updated, with_factor, [&] {
      return put(right, key,
                 reads::operand(i, graph[node.operands[i]].shape) - reads::factor() * own);
    });
    add(mistakes,
        {"weight_gradient_for_weight", "weight_gradient_for_weight",
         fmt::format("the gradient of {0} stands where {0} itself belongs", w)},
        Edit{user, operand}, [&] { return put(right, key, own); });
  }
  if (!is_matmul(node)) return;
  const NodeId target = node.operands[static_cast<std::size_t>(operand)];
  if (parameter_of(graph, target) >= 0 && !graph[target].shape.is_scalar()) {
    add(mistakes,
        {"gradient_transposed", "gradient_transposed",
         fmt::format("the gradient of {} is transposed", graph[parameter_of(graph, target)].name)},
        Edit{user, operand}, [&] {
          const Symbol turned = transpose(right);
          if (!(turned.shape() == right.shape())) throw ShapeError("not square");
          return turned;
        });
  }
  const NodeId factor = node.operands[static_cast<std::size_t>(1 - operand)];
  const std::string key = fmt::format("?x{}", 1 - operand);
  const Shape shape = graph[factor].shape;
  for (NodeId other = 0; other < graph.size(); ++other) {
    const Node& of = graph[other];
    if (other == factor || !of.is_named() || !(of.shape == shape) ||
        of.leaf == LeafKind::constant || other == catalogue.back().loss())
      continue;
    const bool weights = of.leaf == LeafKind::parameter;
    if (weights != (parameter_of(graph, factor) >= 0)) continue;
    Mistake mistake;
    if (catalogue.before_activation(factor) == other) {
      mistake = {"preactivation_for_activation", "preactivation_for_activation",
                 fmt::format("{}, before its activation, stands where {} belongs", of.name,
                             catalogue.called(factor))};
    } else if (weights) {
      mistake = {"weights_of_wrong_layer", "weights_of_wrong_layer",
                 fmt::format("{} stands where {} belongs", of.name,
                             graph[parameter_of(graph, factor)].name)};
    } else {
      mistake = {"dW_wrong_activation", "dW_wrong_activation",
                 fmt::format("{} stands where {} belongs", of.name, catalogue.called(factor))};
    }
    add(mistakes, mistake, Edit{user, operand},
        [&] { return put(right, key, reads::value(other, shape)); });
  }
}

void add_upstream_mistakes(Catalogue& catalogue, NodeId user, int operand,
                           std::vector<Mistake>& mistakes) {
  const Graph& graph = catalogue.graph();
  const Node& node = graph[user];
  const bool activation = operand == 0 && catalogue.before_activation(user) >= 0;
  const Law law = node.operation->law;
  if (!activation && law != Law::matmul && law != Law::broadcast) return;
  const Symbol right = catalogue.back().rule(user)[static_cast<std::size_t>(operand)];
  const NodeId line = catalogue.line_of(user);
  for (NodeId other = user + 1; other < graph.size(); ++other) {
    if (!graph[other].is_named() || other == line || !(graph[other].shape == node.shape) ||
        !catalogue.back().is_live(other))
      continue;
    const std::string of_line = catalogue.called(line);
    const std::string of_other = catalogue.called(other);
    const NodeId target = node.operands[static_cast<std::size_t>(operand)];
    const bool next = catalogue.activated(line) == other;
    Mistake mistake{
        "upstream_of_wrong_line", "upstream_of_wrong_line",
        fmt::format("the gradient of {} stands where that of {} belongs", of_other, of_line)};
    if (next && parameter_of(graph, target) < 0) {
      mistake.id = mistake.family = "chain_missing_slope";
      mistake.says = fmt::format(
          "the gradient of {0} is sent down where that of {1} belongs: the slope between {1} and "
          "{0} is left out on the way down",
          of_other, of_line);
    }
    add(mistakes, mistake, Edit{user, operand},
        [&] { return put(right, "?above", reads::gradient(other, node.shape)); });
  }
}

}  // namespace tracer
