// What goes wrong at the output, where people write one formula for the loss and the activation
// before it: (P − Y)/m for softmax under cross-entropy, a − y for sigmoid under binary
// cross-entropy. The loss may be an operation, apart from the activation or joined with it, or
// written by hand; the wrong formulas are the same.
#include <fmt/format.h>

#include <algorithm>

#include "tracer/mistake/catalogue.hpp"
#include "tracer/mistake/line_formulas.hpp"
#include "tracer/mistake/says.hpp"
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
class OutputMistakes {
 public:
  struct Output {
    Symbol z, y, p;  // logits, targets, and what the activation makes of the logits
    bool is_softmax;
    int axis;
    std::string z_name, p_name;
  };
  OutputMistakes(Output output, Edit where, std::function<Symbol(const Symbol&)> scaled,
                 std::vector<Mistake>& mistakes)
      : out_(std::move(output)),
        where_(std::move(where)),
        scaled_(std::move(scaled)),
        mistakes_(mistakes),
        f_(activated(out_.z).operation().name) {}

  void wrong_axis() {
    add(mistake_kinds::softmax_wrong_axis, says::wrong_axis(out_.axis),
        softmax(out_.z, 1 - out_.axis) - out_.y);
  }
  void activated_twice() {
    add(mistake_kinds::output_activation_twice,
        fmt::format("{0} is applied to what is {0}({1}) already: the loss applies it again", f_,
                    out_.z_name),
        activated(activated(out_.z)) - out_.y);
  }
  void targets_other_way() {
    add(targets_inverted,
        "the targets are the other way round: 1 where they are 0, and 0 where they are 1",
        activated(out_.z) - (1 - out_.y));
  }
  void not_activated() {
    add(mistake_kinds::logits_for_probabilities,
        fmt::format("{0} itself stands where {1}({0}) belongs: {0} minus the targets", out_.z_name,
                    f_),
        out_.z - out_.y);
  }
  void without_targets() {
    add(mistake_kinds::targets_ignored, std::string(says::targets_ignored), out_.p);
  }
  void extra_slope() {
    add(mistake_kinds::output_slope_extra,
        fmt::format("{} minus the targets is the gradient of {} already; the slope p(1 − p) is "
                    "multiplied in once more",
                    out_.p_name, out_.z_name),
        (out_.p - out_.y) * out_.p * (1 - out_.p));
  }
  void extra_slopes_of_softmax() {
    const auto& [z, y, p, is_softmax, axis, z_name, p_name] = out_;
    add(mistake_kinds::output_slope_extra,
        fmt::format("{} minus the targets is the gradient of {} already; the slopes of softmax are "
                    "multiplied in once more",
                    p_name, z_name),
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
    const Shape& shape = out_.y.shape();
    const int classes = out_.axis == 0 ? shape.rows.count : shape.columns.count;
    for (const int by : {1, -1}) {
      if (classes == 2 && by < 0) continue;  // one way round is the other
      add(mistake_kinds::one_hot_off_by_one, says::off_by_one(classes, by),
          out_.p - moved_on(out_.y, out_.axis, by), true);
    }
  }

 private:
  Symbol activated(const Symbol& x) const {
    return out_.is_softmax ? softmax(x, out_.axis) : sigmoid(x);
  }
  void add(const MistakeKind& kind, std::string says, const Symbol& formula,
           bool says_all = false) {
    Mistake mistake = mistake_of(kind, std::move(says));
    mistake.says_all = says_all;
    add_mistake(mistakes_, std::move(mistake), where_, out_.z.shape(),
                [&] { return scaled_(formula); });
  }

  Output out_;
  Edit where_;
  std::function<Symbol(const Symbol&)> scaled_;
  std::vector<Mistake>& mistakes_;
  std::string f_;
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
  OutputMistakes output(
      {z, reads::value(graph[loss].operands[1], shape), reads::result(shape), is_softmax,
       node.with.axis, catalogue.called(node.operands[0]), catalogue.called(user)},
      Edit{user, 0}, [&](const Symbol& formula) { return from_loss * (formula / count_of); },
      mistakes);
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
  OutputMistakes output(
      {z, reads::value(found->y, shape), p, is_softmax, found->axis, z_name,
       fmt::format("{}({})", p.operation().name, z_name)},
      Edit{node, -1}, [&](const Symbol& formula) { return Symbol(found->factor) * formula; },
      mistakes);
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
