// What goes wrong at the output, where people write one formula for the loss and the activation
// before it: (P − Y)/m for softmax under cross-entropy, a − y for sigmoid under binary
// cross-entropy.
#include <fmt/format.h>

#include "tracer/check/diagnosis/mistakes.hpp"
#include "tracer/error.hpp"
#include "tracer/op/all.hpp"

namespace tracer {
namespace {

template <class Op>
bool is(const Graph& graph, NodeId id) {
  return graph[id].operation == &op::operation<Op>();
}

// The loss of a class that a probability goes into next, past identities; −1.
NodeId loss_after(Catalogue& catalogue, NodeId probability) {
  for (const auto& [user, operand] : catalogue.back().uses(probability)) {
    if (operand != 0) continue;
    if (is<op::CrossEntropy>(catalogue.graph(), user) || is<op::Bce>(catalogue.graph(), user))
      return user;
    if (is<op::Identity>(catalogue.graph(), user)) return loss_after(catalogue, user);
  }
  return -1;
}

}  // namespace

void add_output_mistakes(Catalogue& catalogue, NodeId user, int operand,
                         std::vector<Mistake>& mistakes) {
  const Graph& graph = catalogue.graph();
  const Node& node = graph[user];
  if (operand != 0) return;
  const bool apart = is<op::Softmax>(graph, user) || is<op::Sigmoid>(graph, user);
  const bool together =
      is<op::SoftmaxCrossEntropy>(graph, user) || is<op::BceWithLogits>(graph, user);
  const NodeId loss = together ? user : apart ? loss_after(catalogue, user) : -1;
  if (loss < 0) return;
  const bool softmax_output =
      is<op::Softmax>(graph, user) || is<op::SoftmaxCrossEntropy>(graph, user);
  const Shape shape = graph[node.operands[0]].shape;
  const Symbol z = reads::operand(0, shape);
  const Symbol y = reads::value(graph[loss].operands[1], shape);
  const Symbol from_loss = reads::gradient(loss, graph[loss].shape);
  const int axis = node.with.axis;
  const Symbol count_of =
      softmax_output ? sample_count(z, graph[loss].with.axis) : count<Over::all>(z);
  const auto activated = [&](const Symbol& x) {
    return softmax_output ? softmax(x, axis) : sigmoid(x);
  };
  const auto add_formula = [&](const std::string& id, std::string says, const Symbol& formula) {
    add_mistake(mistakes, mistake_called(id, std::move(says)), Edit{user, 0}, shape,
                [&] { return from_loss * (formula / count_of); });
  };
  const auto add = [&](const std::string& id, std::string says, const Symbol& p) {
    add_formula(id, std::move(says), p - y);
  };
  const std::string name(softmax_output ? "softmax" : "sigmoid");
  const std::string x = catalogue.called(node.operands[0]);
  if (softmax_output) {
    add("softmax_wrong_axis",
        fmt::format("softmax runs along the {}, where each sample is a {}",
                    axis == 0 ? "rows" : "columns", axis == 0 ? "column" : "row"),
        softmax(z, 1 - axis));
  }
  add("output_activation_twice",
      fmt::format("{0} is applied to what is {0}({1}) already: the loss applies it again", name, x),
      activated(activated(z)));
  if (!apart) return;  // the others stand in the room of the loss
  const Symbol p = reads::result(shape);
  const std::string p_name = catalogue.called(user);
  add("logits_for_probabilities",
      fmt::format("{0} itself stands where {1}({0}) belongs: {0} minus the targets", x, name), z);
  add_formula("targets_ignored", "the slope of the loss does not look at the targets", p);
  add_formula("output_slope_extra",
              fmt::format("{} minus the targets is the gradient of {} already; the slope p(1 − p) "
                          "is multiplied in once more",
                          p_name, x),
              (p - y) * p * (1 - p));
}

}  // namespace tracer
