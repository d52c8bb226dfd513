// What goes wrong at the output, where people write one formula for the loss and the activation
// before it: (P − Y)/m for softmax under cross-entropy, a − y for sigmoid under binary
// cross-entropy.
#include <fmt/format.h>

#include <algorithm>

#include "tracer/diagnosis/mistakes.hpp"
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
  if (!softmax_output) {
    add_formula("targets_inverted",
                "the targets are the other way round: 1 where they are 0, and 0 where they are 1",
                activated(z) - (1 - y));
  }
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

namespace {

// Y with its classes moved on by one, down the side along which a sample lies.
Symbol moved_on(const Symbol& y, int axis, int by) {
  const Shape& shape = y.shape();
  const int n = axis == 0 ? shape.rows.count : shape.columns.count;
  const auto part = [&](int from, int count_of, int to) {
    Shape window = shape;
    (axis == 0 ? window.rows : window.columns) = {count_of, ""};
    const Symbol like = Symbol::leaf("like", window);
    return place_like(window_like(y, axis == 0 ? from : 0, axis == 0 ? 0 : from, like),
                      axis == 0 ? to : 0, axis == 0 ? 0 : to, y);
  };
  return by > 0 ? part(0, n - 1, 1) + part(n - 1, 1, 0) : part(1, n - 1, 0) + part(0, 1, n - 1);
}

}  // namespace

void add_output_totals(Catalogue& catalogue, NodeId node, std::vector<Mistake>& mistakes) {
  const auto& outputs = catalogue.companions().outputs;
  const auto output = std::ranges::find(outputs, node, &Companions::Output::z);
  if (output == outputs.end()) return;
  const Shape shape = catalogue.graph()[node].shape;
  const Symbol z = reads::value(node, shape);
  const Symbol y = reads::value(output->y, shape);
  const int axis = output->axis;
  const auto f = [&](const Symbol& x) {
    return output->is_softmax ? softmax(x, axis) : sigmoid(x);
  };
  const Symbol p = f(z);
  const std::string name(output->is_softmax ? "softmax" : "sigmoid");
  const std::string z_name = catalogue.called(node);
  const auto add = [&](const std::string& id, std::string says,
                       const std::function<Symbol()>& formula) {
    add_mistake(mistakes, mistake_called(id, std::move(says)), Edit{node, -1}, shape,
                [&] { return Symbol(output->factor) * formula(); });
  };
  add("output_slope_extra",
      fmt::format(
          "{0}({1}) minus the targets is the gradient of {1} already; the slope p(1 − p) is "
          "multiplied in once more",
          name, z_name),
      [&] { return (p - y) * p * (1 - p); });
  add("targets_ignored", "the slope of the loss does not look at the targets", [&] { return p; });
  add("logits_for_probabilities",
      fmt::format("{0} itself stands where {1}({0}) belongs: {0} minus the targets", z_name, name),
      [&] { return z - y; });
  add("output_activation_twice",
      fmt::format("{0} is applied to what is {0}({1}) already: the loss applies it again", name,
                  z_name),
      [&] { return f(p) - y; });
  if (!output->is_softmax) {
    add("targets_inverted",
        "the targets are the other way round: 1 where they are 0, and 0 where they are 1",
        [&] { return p - (1 - y); });
    return;
  }
  add("output_slope_extra",
      fmt::format("softmax({0}) minus the targets is the gradient of {0} already; the slopes of "
                  "softmax are multiplied in once more",
                  z_name),
      [&] { return p * (p - y - broadcast(sum((p - y) * p, axis), p, axis)); });
  add("softmax_diagonal",
      "the slope of softmax is taken as p(1 − p), entry by entry; but every logit moves every "
      "probability",
      [&] { return -(y * (1 - p)); });
  add("log_slope_missing",
      "the slope 1/p of the logarithm is left out before the slopes of softmax",
      [&] { return -(p * (y - broadcast(sum(y * p, axis), p, axis))); });
  add("softmax_wrong_axis",
      fmt::format("softmax runs along the {}, where each sample is a {}",
                  axis == 0 ? "rows" : "columns", axis == 0 ? "column" : "row"),
      [&] { return softmax(z, 1 - axis) - y; });
  const bool two_classes = (axis == 0 ? shape.rows.count : shape.columns.count) == 2;
  for (const int by : {1, -1}) {
    if (two_classes && by < 0) continue;  // one way round is the other
    add("one_hot_off_by_one",
        two_classes ? "the two classes of the targets are swapped"
                    : fmt::format("the targets are off by one class: class c is encoded as class "
                                  "c {} 1",
                                  by > 0 ? "+" : "−"),
        [&] { return p - moved_on(y, axis, by); });
  }
}

}  // namespace tracer
