// What goes wrong at the output, where people write one formula for the loss and the activation
// before it: (P − Y)/m for softmax under cross-entropy, a − y for sigmoid under binary
// cross-entropy. The loss may be an operation, apart from the activation or joined with it, or
// written by hand; the wrong formulas are the same.
#include <fmt/format.h>

#include <algorithm>

#include "tracer/mistake/catalogue.hpp"
#include "tracer/mistake/line_formulas.hpp"
#include "tracer/op/sigmoid.hpp"
#include "tracer/op/softmax.hpp"
#include "tracer/op/vocabulary.hpp"

namespace tracer {
namespace {

constexpr MistakeKind targets_inverted{"targets_inverted", 0};

// The loss of a class that a probability goes into next, past identities; −1.
NodeId loss_after(Catalogue& catalogue, NodeId probability) {
  for (const auto& [user, operand] : catalogue.back().uses(probability)) {
    if (operand != 0) continue;
    const Operation& operation = *catalogue.graph()[user].operation;
    if (operation.output != nullptr) return user;
    if (operation.law == Law::identity) return loss_after(catalogue, user);
  }
  return -1;
}

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

// The gradient at the logits before an activation, all of whose wrong forms are `scaled`.
struct OutputMistakes {
  Symbol z, y, p;  // logits, targets, and what the activation makes of the logits
  bool is_softmax;
  int axis;
  std::string z_name, p_name;
  Edit where;
  std::function<Symbol(const Symbol&)> scaled;
  std::vector<Mistake>& mistakes;

  void wrong_axis() {
    add(mistake_kinds::softmax_wrong_axis, mistake_says::wrong_axis(axis),
        softmax(z, 1 - axis) - y);
  }
  void activated_twice() {
    add(mistake_kinds::output_activation_twice,
        fmt::format("{0} is applied to what is {0}({1}) already: the loss applies it again", f(),
                    z_name),
        activated(activated(z)) - y);
  }
  void targets_other_way() {
    add(targets_inverted,
        "the targets are the other way round: 1 where they are 0, and 0 where they are 1",
        activated(z) - (1 - y));
  }
  void not_activated() {
    add(mistake_kinds::logits_for_probabilities,
        fmt::format("{0} itself stands where {1}({0}) belongs: {0} minus the targets", z_name, f()),
        z - y);
  }
  void without_targets() {
    add(mistake_kinds::targets_ignored, std::string(mistake_says::targets_ignored), p);
  }
  void extra_slope() {
    add(mistake_kinds::output_slope_extra,
        mistake_says::gradient_already(p_name, z_name, "the slope p(1 − p) is"),
        (p - y) * p * (1 - p));
  }
  void extra_slopes_of_softmax() {
    add(mistake_kinds::output_slope_extra,
        mistake_says::gradient_already(p_name, z_name, "the slopes of softmax are"),
        p * (p - y - broadcast(sum((p - y) * p, axis), p, axis)));
    add(mistake_kinds::softmax_diagonal,
        "the slope of softmax is taken as p(1 − p), entry by entry; but every logit moves every "
        "probability",
        -(y * (1 - p)));
    add(mistake_kinds::log_slope_missing,
        "the slope 1/p of the logarithm is left out before the slopes of softmax",
        -(p * (y - broadcast(sum(y * p, axis), p, axis))));
  }
  void classes_moved() {
    const Shape& shape = y.shape();
    const int classes = axis == 0 ? shape.rows.count : shape.columns.count;
    for (const int by : {1, -1}) {
      if (classes == 2 && by < 0) continue;  // one way round is the other
      add(mistake_kinds::one_hot_off_by_one, mistake_says::off_by_one(classes, by),
          p - moved_on(y, axis, by), true);
    }
  }

  Symbol activated(const Symbol& x) const { return is_softmax ? softmax(x, axis) : sigmoid(x); }
  std::string_view f() const { return activated(z).operation().name; }
  void add(const MistakeKind& kind, std::string says, const Symbol& formula,
           bool says_all = false) {
    Mistake mistake = mistake_of(kind, std::move(says));
    mistake.says_all = says_all;
    add_mistake(mistakes, std::move(mistake), where, z.shape(), [&] { return scaled(formula); });
  }
};

}  // namespace

void add_output_mistakes(Catalogue& catalogue, NodeId user, int operand,
                         std::vector<Mistake>& mistakes) {
  const Graph& graph = catalogue.graph();
  const Node& node = graph[user];
  if (operand != 0) return;
  const OutputPair* const apart = pair_of_activation(*node.operation);
  const OutputPair* const together = pair_of_joined(*node.operation);
  const NodeId loss = together != nullptr ? user
                      : apart != nullptr  ? loss_after(catalogue, user)
                                          : -1;
  if (loss < 0) return;
  const bool is_softmax = (apart != nullptr ? apart : together)->activation().is_by_sample;
  const Shape shape = graph[node.operands[0]].shape;
  const Symbol z = reads::operand(0, shape);
  const Symbol from_loss = reads::gradient(loss, graph[loss].shape);
  const Symbol count_of = is_softmax ? sample_count(z, graph[loss].with.axis) : count<Over::all>(z);
  OutputMistakes output{z,
                        reads::value(graph[loss].operands[1], shape),
                        reads::result(shape),
                        is_softmax,
                        node.with.axis,
                        catalogue.called(node.operands[0]),
                        catalogue.called(user),
                        Edit{user, 0},
                        [&](const Symbol& formula) { return from_loss * (formula / count_of); },
                        mistakes};
  if (is_softmax) output.wrong_axis();
  output.activated_twice();
  if (!is_softmax) output.targets_other_way();
  if (apart == nullptr) return;  // the others stand in the room of the loss
  output.not_activated();
  output.without_targets();
  output.extra_slope();
}

void add_output_totals(Catalogue& catalogue, NodeId node, std::vector<Mistake>& mistakes) {
  const auto& outputs = catalogue.companions().outputs;
  const auto found = std::ranges::find(outputs, node, &Companions::Output::z);
  if (found == outputs.end()) return;
  const Shape shape = catalogue.graph()[node].shape;
  const Symbol z = reads::value(node, shape);
  const std::string z_name = catalogue.called(node);
  const bool is_softmax = found->is_softmax;
  const Symbol p = is_softmax ? softmax(z, found->axis) : sigmoid(z);
  OutputMistakes output{z,
                        reads::value(found->y, shape),
                        p,
                        is_softmax,
                        found->axis,
                        z_name,
                        fmt::format("{}({})", p.operation().name, z_name),
                        Edit{node, -1},
                        [&](const Symbol& formula) { return Symbol(found->factor) * formula; },
                        mistakes};
  output.extra_slope();
  output.without_targets();
  output.not_activated();
  output.activated_twice();
  if (!is_softmax) return output.targets_other_way();
  output.extra_slopes_of_softmax();
  output.wrong_axis();
  output.classes_moved();
}

void add_output_slips(Catalogue& catalogue, NodeId value, const Symbol& fused,
                      std::vector<Mistake>& mistakes) {
  const Graph& graph = catalogue.graph();
  const std::vector<Catalogue::Way> ways = catalogue.ways_from(value);
  if (ways.size() != 1) return;
  const NodeId activation = ways[0].line;
  if (pair_of_activation(*graph[activation].operation) == nullptr) return;
  const Symbol p = symbol_of(graph, activation);
  Mistake mistake = mistake_of(mistake_kinds::output_slope_extra, "");
  mistake.on_sheet = {
      Turn::rules, [fused]() -> SheetWords {
        return {
            "slope twice",
            {write(fused), notation::words("is the gradient already; the slope of the activation "
                                           "was multiplied in once more")},
            "look at the slope of the last activation"};
      }};
  add_mistake(mistakes, std::move(mistake), Edit{value, -1}, graph[value].shape,
              [&] { return fused * p * (1 - p); });
}

}  // namespace tracer
