// What goes wrong around a matrix product C = A·B, where C̄·Bᵀ goes to A and Aᵀ·C̄ to B: the other
// factor is another value (or has been updated already), or what comes from above is the gradient
// of another line.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "tracer/mistake/catalogue.hpp"
#include "tracer/op/vocabulary.hpp"

namespace tracer {
namespace {

constexpr MistakeKind preactivation_for_activation{"preactivation_for_activation", 0};
constexpr MistakeKind weights_of_wrong_layer{"weights_of_wrong_layer", 0};
constexpr MistakeKind dw_wrong_activation{"dW_wrong_activation", 1};
constexpr MistakeKind updated_weights{"updated_weights", 9};
constexpr MistakeKind weight_gradient_for_weight{"weight_gradient_for_weight", 10};
constexpr MistakeKind chain_missing_slope{"chain_missing_slope", 19};
constexpr MistakeKind upstream_of_wrong_line{"upstream_of_wrong_line", 0};
constexpr MistakeKind embedding_overwritten{"embedding_overwritten", 0};

bool is_matmul(const Node& node) { return !node.is_leaf() && node.operation->law == Law::matmul; }

// The parameter that a node is: a leaf, or its transpose.
NodeId parameter_of(const Graph& graph, NodeId id) {
  if (!graph[id].is_leaf() && graph[id].operation->law == Law::transpose)
    id = graph[id].operands[0];
  return graph[id].leaf == LeafKind::parameter ? id : -1;
}

// Another value of the lesson in place of the other factor.
void add_other_factors(Catalogue& catalogue, NodeId user, int operand, const Symbol& right,
                       std::vector<Mistake>& mistakes) {
  const Graph& graph = catalogue.graph();
  const Node& node = graph[user];
  const NodeId factor = node.operands[static_cast<std::size_t>(1 - operand)];
  const NodeId weights = parameter_of(graph, factor);
  const Shape shape = graph[factor].shape;
  for (NodeId other = 0; other < graph.size(); ++other) {
    const Node& of = graph[other];
    // what stands beside the lesson's own leaves was never in anybody's hands
    if (of.is_leaf() && !catalogue.batch().leaves.contains(of.name)) continue;
    if (other == factor || !of.is_named() || !(of.shape == shape) ||
        of.leaf == LeafKind::constant || other == catalogue.back().loss() ||
        (of.leaf == LeafKind::parameter) != (weights >= 0))
      continue;
    const std::string belongs = weights >= 0 ? graph[weights].name : catalogue.called(factor);
    const bool before = catalogue.before_activation(factor) == other;
    const MistakeKind& kind = before         ? preactivation_for_activation
                              : weights >= 0 ? weights_of_wrong_layer
                                             : dw_wrong_activation;
    Mistake mistake =
        mistake_of(kind, fmt::format("{}{} stands where {} belongs", of.name,
                                     before ? ", before its activation," : "", belongs));
    // the value that the product's own line comes to, h[t] for h[t − 1]: at every step the same
    const NodeId line = catalogue.line_of(user);
    if (other == line) mistake.family = fmt::format("{}: of its own line", kind.id);
    if (other == catalogue.activated(line))
      mistake.family = fmt::format("{}: of its own line, activated", kind.id);
    add_mistake(
        mistakes, std::move(mistake), Edit{user, operand},
        graph[node.operands[static_cast<std::size_t>(operand)]].shape, [&] {
          return substitute(right, {Quantity::operand, 1 - operand}, reads::value(other, shape));
        });
  }
}

}  // namespace

void add_product_mistakes(Catalogue& catalogue, NodeId user, int operand,
                          std::vector<Mistake>& mistakes) {
  const Graph& graph = catalogue.graph();
  const Node& node = graph[user];
  if (node.operands.size() < 2 || node.operation->law == Law::add) return;
  const NodeId target = node.operands[static_cast<std::size_t>(operand)];
  const Symbol right = catalogue.back().rule(user)[static_cast<std::size_t>(operand)];
  const auto add = [&](Mistake mistake, const std::function<Symbol()>& make, bool factor = false) {
    Edit where{user, operand};
    where.has_factor = factor;
    add_mistake(mistakes, std::move(mistake), where, graph[target].shape, make);
  };
  // another operand of the same operation that is a parameter: it was updated too early
  for (std::size_t i = 0; i < node.operands.size(); ++i) {
    const NodeId parameter = parameter_of(graph, node.operands[i]);
    if (parameter < 0 || static_cast<int>(i) == operand) continue;
    const Quantity read(Quantity::operand, static_cast<int>(i));
    if (!mentions(right, read)) continue;
    const std::string& w = graph[parameter].name;
    const Symbol of_parameter = reads::gradient(parameter, graph[parameter].shape);
    const Symbol own = parameter == node.operands[i] ? of_parameter : transpose(of_parameter);
    const Symbol weights = reads::operand(i, graph[node.operands[i]].shape);
    Mistake updated = mistake_of(
        updated_weights, fmt::format("{0} is used after its update, {0} − {{k}}·∂L/∂{0}, where "
                                     "the {0} of the forward pass belongs",
                                     w));
    updated.factor = Mistake::Factor::rate;
    updated.neutral = 0;
    add(
        std::move(updated),
        [&] { return substitute(right, read, weights - reads::factor() * own); }, true);
    add(mistake_of(weight_gradient_for_weight,
                   fmt::format("the gradient of {0} stands where {0} itself belongs", w)),
        [&] { return substitute(right, read, own); });
  }
  const bool entrywise = node.operation->law == Law::multiply;
  if (entrywise) add_other_factors(catalogue, user, operand, right, mistakes);
  if (!is_matmul(node)) return;
  if (const NodeId parameter = parameter_of(graph, target); parameter >= 0) {
    const std::string& w = graph[parameter].name;
    // of the encoder's and the decoder's part in the gradient of tied weights
    const bool tied = std::ranges::count_if(catalogue.back().uses(parameter), [&](const auto& use) {
                        const Law law = graph[use.first].operation->law;
                        return law == Law::matmul || law == Law::transpose;
                      }) > 1;
    add(mistake_of(
            mistake_kinds::gradient_transposed,
            tied ? fmt::format("of the gradient of {}, the part that comes back through {} is "
                               "{}transposed",
                               w, catalogue.called(catalogue.line_of(user)),
                               target == parameter ? "" : "not ")
                 : fmt::format("the gradient of {} is transposed (a matter of layout, if "
                               "your weights are stored so)",
                               w)),
        [&] { return transpose(right); });
  }
  add_other_factors(catalogue, user, operand, right, mistakes);
  // an embedding, as the product with one-hot words
  const NodeId words = node.operands[static_cast<std::size_t>(1 - operand)];
  const auto& last = catalogue.companions().last_words;
  if (const auto once = last.find(words); once != last.end()) {
    add(mistake_of(
            embedding_overwritten,
            fmt::format("of samples that have the same word in {} the last one alone counts: "
                        "a row is assigned, where rows are to be added (np.add.at)",
                        catalogue.called(words))),
        [&] {
          return substitute(right, {Quantity::operand, 1 - operand},
                            reads::value(once->second, graph[words].shape));
        });
  }
}

namespace {

// How one name goes with another: zi3 to zf3, or h3 to h4, is what zi1 is to zf1, or h1 to h2.
std::string relation(const std::string& from, const std::string& to) {
  const auto number = [](const std::string& name) {
    const auto digits = name.find_first_of("0123456789");
    return digits == std::string::npos ? 0 : std::atoi(name.c_str() + digits);
  };
  return fmt::format("{} {:+}", to.substr(0, to.find_first_of("0123456789")),
                     number(to) - number(from));
}

}  // namespace

void add_upstream_mistakes(Catalogue& catalogue, NodeId user, int operand,
                           std::vector<Mistake>& mistakes) {
  const Graph& graph = catalogue.graph();
  const Node& node = graph[user];
  const bool activation = operand == 0 && catalogue.before_activation(user) >= 0;
  const Law law = node.operation->law;
  if (!activation && law != Law::matmul && law != Law::broadcast) return;
  const Symbol right = catalogue.back().rule(user)[static_cast<std::size_t>(operand)];
  const NodeId line = catalogue.line_of(user);
  const NodeId target = node.operands[static_cast<std::size_t>(operand)];
  // to what is not a parameter only from lines behind it: those before it are made of it
  const bool of_parameter = graph[target].leaf == LeafKind::parameter;
  // h2 = tanh(W @ h1): the sum before the activation has no name
  if (law == Law::matmul && line != user && parameter_of(graph, target) < 0 &&
      graph[line].shape == node.shape && catalogue.before_activation(line) >= 0) {
    add_mistake(mistakes,
                mistake_of(chain_missing_slope,
                           fmt::format("the gradient of {0} is sent down as it is: the slope of "
                                       "its activation is left out on the way to {1}",
                                       catalogue.called(line), catalogue.called(target))),
                Edit{user, operand}, graph[target].shape, [&] {
                  return substitute(right, Quantity::above, reads::gradient(line, node.shape));
                });
  }
  for (NodeId other = of_parameter ? 0 : user + 1; other < graph.size(); ++other) {
    if (!graph[other].is_named() || graph[other].is_leaf() || other == line ||
        !(graph[other].shape == node.shape) || !catalogue.back().is_live(other) ||
        (other < user && catalogue.activated(other) < 0))
      continue;
    const std::string of_line = catalogue.called(line);
    const std::string of_other = catalogue.called(other);
    const bool next = catalogue.activated(line) == other;
    const bool down = next && parameter_of(graph, target) < 0;
    Mistake mistake =
        down ? mistake_of(
                   chain_missing_slope,
                   fmt::format("the gradient of {0} is sent down where that of {1} belongs: the "
                               "slope between {1} and {0} is left out on the way down",
                               of_other, of_line))
             : mistake_of(upstream_of_wrong_line,
                          fmt::format("the gradient of {} stands where that of {} belongs",
                                      of_other, of_line));
    mistake.above = other;
    if (!down) mistake.family = fmt::format("{}: {}", mistake.kind.id, relation(of_line, of_other));
    add_mistake(mistakes, std::move(mistake), Edit{user, operand}, graph[target].shape, [&] {
      return substitute(right, Quantity::above, reads::gradient(other, node.shape));
    });
  }
}

}  // namespace tracer
