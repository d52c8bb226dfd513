#include "tracer/mistake/forward_mistakes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <optional>

#include "tracer/language/remake.hpp"
#include "tracer/mistake/catalogue.hpp"
#include "tracer/op/log_softmax.hpp"
#include "tracer/op/vocabulary.hpp"

namespace tracer {
namespace {

constexpr MistakeKind bias_forgotten{"bias_forgotten", 0};
constexpr MistakeKind label_smoothing{"label_smoothing", 0};
constexpr MistakeKind loss_scaled{"loss_scaled", 0};

class ForwardMistakeFinder {
 public:
  ForwardMistakeFinder(const BatchGraph& batch, Differs differs)
      : batch_(batch), differs_(differs) {}

  std::vector<ForwardMistake> run() {
    const Graph& graph = batch_.graph;
    for (const NodeId line : batch_.lines) {
      for (const NodeId id : graph.line_nodes(line)) {
        line_ = line;
        at(id);
      }
    }
    alone_ = true;
    smoothed_targets();
    for (const Operation* operation : op::operations()) {
      for (const StandIn& other : operation->stand_ins) {
        in_its_place(*operation, other);
        in_place_of_its_formula(*operation, other);
      }
    }
    without_biases();
    if (differs_ == Differs::values) scaled_loss();
    return std::move(made_);
  }

 private:
  void at(NodeId id) {
    const Node& node = batch_.graph[id];
    // what is made of a sample as a whole, so that one entry alone says nothing
    if (!node.operation->of_one_entry.empty()) other_axis(id);
    const OutputPair* output = output_of(*node.operation);
    if (output == nullptr) return;
    twice(id, *output);
    if (!output->activation().is_by_sample) return;
    rolled(id, 1);
    rolled(id, -1);
    if (node.operation->output == nullptr) other_axis_in_loss(id);
  }

  using Made = std::function<NodeId(Graph&, const Node&, const std::vector<NodeId>&)>;
  void add(NodeId id, const MistakeKind& kind, std::string says, const Made& make) {
    add(std::vector<NodeId>{id}, kind, std::move(says), make);
  }
  // Made at all of these nodes, and told of the first of their lines.
  void add(const std::vector<NodeId>& ids, const MistakeKind& kind, std::string says,
           const Made& make) {
    const Graph& graph = batch_.graph;
    RewrittenGraph made = rewrite(graph, [&](RewrittenGraph& to, NodeId old) {
      return std::ranges::find(ids, old) != ids.end()
                 ? make(to.graph, graph[old], to.of(graph[old].operands))
                 : copy_node(to, graph[old]);
    });
    made_.push_back({kind, std::move(says), graph[alone_ ? line_of(ids.front()) : line_].name,
                     remake(batch_, std::move(made)), alone_});
  }

  // ---- what is no mistake of the chain rule at all, but another network

  // The first of the lines that it is a part of.
  NodeId line_of(NodeId id) const {
    for (const NodeId line : batch_.lines) {
      const std::vector<NodeId> nodes = batch_.graph.line_nodes(line);
      if (std::ranges::find(nodes, id) != nodes.end()) return line;
    }
    return id;
  }

  std::vector<NodeId> all_of(const Operation& operation) const {
    std::vector<NodeId> found;
    for (NodeId id = 0; id < batch_.graph.size(); ++id) {
      if (batch_.graph[id].operation == &operation) found.push_back(id);
    }
    return found;
  }

  // The states of that layer, each whose new value is made of its input as the layer says, or else
  // what they start with.
  std::vector<Symbol> states_of(const Node& node, std::map<Quantity, NodeId>& leaves,
                                const Graph& made) const {
    std::vector<Symbol> states;
    if (node.operation->layer == nullptr) return states;
    for (const LayerState& state : node.operation->layer->states) {
      const auto is_its = [&](const auto& update) {
        const Node& next = batch_.graph[update.second];
        return next.operation == &state.update() && next.operands[1] == node.operands[0] &&
               made.find(batch_.graph[update.first].name) >= 0;
      };
      const Shape& feature = batch_.graph[node.operands[1]].shape;
      const auto found = std::ranges::find_if(batch_.state_updates, is_its);
      if (found == batch_.state_updates.end()) {
        const Symbol like = Symbol::leaf("x1", feature);
        states.push_back(broadcast<Over::all>(Symbol(state.start), like));
        continue;
      }
      const std::string& name = batch_.graph[found->first].name;
      leaves.emplace(name, made.find(name));
      states.push_back(Symbol::leaf(name, feature));
    }
    return states;
  }

  // Called x0, x1, ...
  static std::vector<Symbol> operands_of(const std::vector<Shape>& shapes) {
    std::vector<Symbol> x;
    for (std::size_t i = 0; i < shapes.size(); ++i)
      x.push_back(Symbol::leaf("x" + std::to_string(i), shapes[i]));
    return x;
  }
  std::vector<Shape> shapes_of(const Node& node) const {
    std::vector<Shape> shapes;
    for (const NodeId operand : node.operands) shapes.push_back(batch_.graph[operand].shape);
    return shapes;
  }

  Made made_by(const StandIn& other, const Rational& number) const {
    return [this, &other, number](Graph& made, const Node& old,
                                  const std::vector<NodeId>& operands) {
      std::map<Quantity, NodeId> leaves;
      for (std::size_t i = 0; i < operands.size(); ++i)
        leaves.emplace("x" + std::to_string(i), operands[i]);
      const std::vector<Symbol> states = states_of(old, leaves, made);
      const std::vector<Symbol> numbers{old.with.numbers.begin(), old.with.numbers.end()};
      const Symbol formula =
          other.make({{old.with, numbers}, Symbol(number), states}, operands_of(shapes_of(old)));
      const NodeId result = made.append(formula, leaves);
      // an operand has a name of its own
      const bool is_operand = std::ranges::find(operands, result) != operands.end();
      return is_operand ? made.apply(operation_for(Law::identity), {result}) : result;
    };
  }

  // At all places at once; and where there are several, at one of them.
  void in_its_place(const Operation& operation, const StandIn& other) {
    std::vector<NodeId> ids = all_of(operation);
    std::erase_if(ids, [&](NodeId id) {
      const Node& node = batch_.graph[id];
      return other.differs != nullptr && !other.differs(shapes_of(node), node.with);
    });
    if (ids.empty()) return;
    if (other.numbers.empty()) return at_each(ids, other, 0, std::string(other.says));
    for (const std::string_view text : other.numbers) {
      const Rational number = parse_rational(text);
      const auto has_it = [&](NodeId id) {
        return std::ranges::find(batch_.graph[id].with.numbers, number) !=
               batch_.graph[id].with.numbers.end();
      };
      if (std::ranges::none_of(ids, has_it))
        at_each(ids, other, number,
                fmt::format(fmt::runtime(other.says), fmt::arg("number", text)));
    }
  }

  void at_each(const std::vector<NodeId>& ids, const StandIn& other, const Rational& number,
               const std::string& says) {
    const Made make = made_by(other, number);
    add(ids, other.kind, says, make);
    if (other.everywhere || ids.size() < 2 || ids.size() > most_places) return;
    for (const NodeId id : ids)
      add(id, other.kind, fmt::format("in {} alone, {}", batch_.graph[line_of(id)].called(), says),
          make);
  }

  // The operation itself in the place of lines that write its stand-in out.
  void in_place_of_its_formula(const Operation& operation, const StandIn& other) {
    if (other.known_by.empty()) return;
    const Graph& graph = batch_.graph;
    const Rational mark = parse_rational(other.known_by);
    const auto is_mark = [&](NodeId id) {
      const Node& node = graph[id];
      return node.leaf == LeafKind::constant && node.constant && node.shape.is_scalar() &&
             (*node.constant)(0, 0).is_rational() && (*node.constant)(0, 0).rational() == mark;
    };
    for (const NodeId line : batch_.lines) {
      bool has_mark = false;
      for (const NodeId id : graph.line_nodes(line))
        has_mark = has_mark || std::ranges::any_of(graph[id].operands, is_mark);
      std::vector<NodeId> used = graph.line_operands(line);
      std::erase_if(used, [&](NodeId id) { return graph[id].leaf == LeafKind::constant; });
      if (!has_mark || used.size() != 1 || !(graph[used[0]].shape == graph[line].shape)) continue;
      // the operands of its last operation are parts of it: x itself is known by its name
      add(line, other.kind, std::string(other.says_turned),
          [&operation, x = graph[used[0]].name](Graph& made, const Node&,
                                                const std::vector<NodeId>&) {
            return made.apply(operation, {made.find(x)});
          });
    }
  }

  // Parameters that are added, and used for nothing else.
  std::vector<NodeId> biases() const {
    const Graph& graph = batch_.graph;
    const auto is_added = [&](NodeId parameter) {
      bool any = false;
      for (NodeId id = parameter + 1; id < graph.size(); ++id) {
        const auto& operands = graph[id].operands;
        if (std::ranges::find(operands, parameter) == operands.end()) continue;
        NodeId user = id;
        if (graph[user].operation->law == Law::broadcast) {
          const auto next = users_of(user);
          if (next.size() != 1) return false;
          user = next.front();
        }
        if (graph[user].operation->law != Law::add) return false;
        any = true;
      }
      return any;
    };
    std::vector<NodeId> found;
    for (const NodeId parameter : leaves_of(graph, LeafKind::parameter)) {
      if (is_added(parameter)) found.push_back(parameter);
    }
    return found;
  }

  std::vector<NodeId> users_of(NodeId node) const {
    std::vector<NodeId> users;
    for (NodeId id = node + 1; id < batch_.graph.size(); ++id) {
      const auto& operands = batch_.graph[id].operands;
      if (std::ranges::find(operands, node) != operands.end()) users.push_back(id);
    }
    return users;
  }

  // Not added is added as 0, and what comes back to it stays as it is.
  void without_biases() {
    const std::vector<NodeId> all = biases();
    const auto add_zeroed = [&](std::vector<std::string> names, std::string says) {
      const std::string line = names.front();
      made_.push_back({bias_forgotten, std::move(says), line, batch_, true, std::move(names)});
    };
    std::vector<std::string> names;
    for (const NodeId bias : all) names.push_back(batch_.graph[bias].name);
    if (names.size() > 1) add_zeroed(names, "no bias is added in the forward pass");
    if (names.size() > most_places) return;
    for (const std::string& name : names)
      add_zeroed({name}, fmt::format("{} is not added in the forward pass", name));
  }

  // What a value that is made of one leaf and numbers comes to where that leaf is x everywhere;
  // nothing where it is made otherwise.
  std::optional<Rational> where(NodeId id, NodeId leaf, const Rational& x) const {
    const Node& node = batch_.graph[id];
    if (id == leaf) return x;
    if (node.is_leaf()) {
      if (node.leaf != LeafKind::constant || !node.constant || !node.shape.is_scalar() ||
          !(*node.constant)(0, 0).is_rational())
        return std::nullopt;
      return (*node.constant)(0, 0).rational();
    }
    std::vector<Rational> of;
    for (const NodeId operand : node.operands) {
      const auto value = where(operand, leaf, x);
      if (!value) return std::nullopt;
      of.push_back(*value);
    }
    switch (node.operation->law) {
      case Law::identity:
      case Law::broadcast:
        return of[0];
      case Law::negate:
        return Rational(-of[0]);
      case Law::add:
        return Rational(of[0] + of[1]);
      case Law::subtract:
        return Rational(of[0] - of[1]);
      case Law::multiply:
        return Rational(of[0] * of[1]);
      case Law::divide:
        return of[1] == 0 ? std::nullopt : std::optional<Rational>(of[0] / of[1]);
      default:
        return std::nullopt;
    }
  }

  // Targets (1 − ε)·Y + ε/K where the lesson has Y; and what is written for them where it has them.
  void smoothed_targets() {
    const Graph& graph = batch_.graph;
    for (NodeId loss = 0; loss < graph.size(); ++loss) {
      const Node& node = graph[loss];
      const OutputPair* output = node.is_leaf() ? nullptr : output_of(*node.operation);
      if (output == nullptr || node.operands.size() < 2) continue;
      const NodeId targets = node.operands[1];
      const Shape& shape = graph[targets].shape;
      const bool by_sample = output->activation().is_by_sample;
      const Rational classes = !by_sample            ? 2
                               : node.with.axis == 0 ? shape.rows.count
                                                     : shape.columns.count;
      if (classes < 2) continue;
      const auto target = std::ranges::find_if(batch_.leaves, [&](const auto& leaf) {
        const LeafKind kind = graph[leaf.second].leaf;
        return (kind == LeafKind::data || kind == LeafKind::input) &&
               graph[leaf.second].shape == shape &&
               (leaf.second == targets || where(targets, leaf.second, 0));
      });
      if (target == batch_.leaves.end()) continue;
      const NodeId leaf = target->second;
      const std::string& y = target->first;
      const auto with_targets = [&](std::string says, const Rational& times, const Rational& more) {
        add(loss, label_smoothing, std::move(says),
            [&, times, more](Graph& made, const Node& old, const std::vector<NodeId>& operands) {
              const Symbol t = Symbol::leaf("t", shape);
              std::vector<NodeId> all = operands;
              all[1] = made.append(Symbol(times) * t + broadcast<Over::all>(Symbol(more), t),
                                   {{"t", made.find(y)}});
              return made.apply(*old.operation, all, old.with);
            });
      };
      if (targets == leaf) {
        for (const Rational& e : {Rational(1, 10), Rational(1, 5), Rational(1, 20),
                                  Rational(1, 100), Rational(3, 20), Rational(3, 10)}) {
          const auto number = static_cast<double>(e);
          with_targets(fmt::format("the targets are smoothed by ε = {}: (1 − ε)·{} + ε/{}", number,
                                   y, static_cast<double>(classes)),
                       1 - e, e / classes);
          with_targets(fmt::format("the targets are smoothed by ε = {}, with ε/{} for each of the "
                                   "other classes",
                                   number, static_cast<double>(classes - 1)),
                       1 - e - e / (classes - 1), e / (classes - 1));
        }
        continue;
      }
      const auto none = where(targets, leaf, 0);
      const auto one = where(targets, leaf, 1);
      if (!none || !one || *none <= 0 || *one <= *none) continue;
      const Rational share = *one - *none;  // 1 − ε
      const Rational e = 1 - share;
      with_targets(fmt::format("{} itself stands where its smoothed targets belong", y), 1, 0);
      with_targets("1/K is added to the targets where ε/K belongs", share, 1 / classes);
      with_targets("ε is added to the targets where ε/K belongs", share, e);
      with_targets("the targets are not multiplied by 1 − ε before ε/K is added", 1, *none);
      with_targets("ε/K is not added to the targets", share, 0);
      with_targets("ε/(K − 1) goes to each of the other classes, where every class gets ε/K",
                   share - e / (classes - 1), e / (classes - 1));
    }
  }

  // Of gradients that is a factor, and has its name as such.
  void scaled_loss() {
    const Graph& graph = batch_.graph;
    const NodeId loss = batch_.loss;
    if (loss < 0 || !graph[loss].shape.is_scalar() || graph[loss].is_leaf()) return;
    std::vector<std::pair<Rational, std::string>> factors;
    const int m = batch_.batch_size;
    int outputs = 1;
    if (batch_.prediction >= 0)
      outputs = static_cast<int>(graph[batch_.prediction].shape.count()) / std::max(m, 1);
    const auto add_factor = [&](const Rational& k, std::string says) {
      const auto same = [&](const auto& other) { return other.first == k; };
      if (k != 1 && std::ranges::none_of(factors, same)) factors.emplace_back(k, std::move(says));
    };
    add_factor(m, fmt::format("the loss is the sum over the {} samples, not their mean", m));
    add_factor(m * outputs,
               fmt::format("the loss is the sum of all {} terms, not their mean", m * outputs));
    add_factor(Rational(1, std::max(m, 1)),
               fmt::format("the loss is divided by the {} samples, though it is their sum", m));
    add_factor(2, "the loss is twice as large: a ½ is left out");
    add_factor(Rational(1, 2), "the loss is half as large: there is a ½ that the lesson has not");
    add_factor(outputs,
               fmt::format("the loss is summed over the {} outputs, not their mean", outputs));
    add_factor(-1, "the loss has its sign turned");
    for (auto& [k, says] : factors) {
      add(loss, loss_scaled, std::move(says),
          [k = k](Graph& made, const Node& old, const std::vector<NodeId>& operands) {
            const NodeId value = made.apply(*old.operation, operands, old.with);
            return made.apply(operation_for(Law::multiply), {made.constant(k), value});
          });
    }
  }

  static constexpr std::size_t most_places = 8;  // of which each is tried by itself

  // Along a side of one entry it would be 1 everywhere, which nobody takes for probabilities.
  bool other_side_is_one(NodeId id) const {
    const Shape& shape = batch_.graph[batch_.graph[id].operands[0]].shape;
    return (batch_.graph[id].with.axis == 0 ? shape.columns : shape.rows).is_one();
  }

  void other_axis(NodeId id) {
    const int axis = batch_.graph[id].with.axis;
    if (other_side_is_one(id)) return;
    add(id, mistake_kinds::softmax_wrong_axis, mistake_says::wrong_axis(axis),
        [](Graph& graph, const Node& old, const std::vector<NodeId>& operands) {
          Attributes with = old.with;
          with.axis = 1 - with.axis;
          return graph.apply(*old.operation, operands, with);
        });
  }

  void other_axis_in_loss(NodeId id) {
    const int axis = batch_.graph[id].with.axis;
    if (other_side_is_one(id)) return;
    add(id, mistake_kinds::softmax_wrong_axis, mistake_says::wrong_axis(axis),
        [axis](Graph& graph, const Node&, const std::vector<NodeId>& operands) {
          const Symbol z = Symbol::leaf("z", graph[operands[0]].shape);
          const Symbol y = Symbol::leaf("y", graph[operands[1]].shape);
          return graph.append(
              -(sum<Over::all>(y * log_softmax(z, 1 - axis)) / sample_count(z, axis)),
              {{"z", operands[0]}, {"y", operands[1]}});
        });
  }

  void twice(NodeId id, const OutputPair& output) {
    const Node& node = batch_.graph[id];
    const Operation& activation = output.activation();
    const Node& input = batch_.graph[node.operands[0]];
    add(id, mistake_kinds::output_activation_twice,
        fmt::format("the loss applies {} to {}{}", activation.name,
                    input.is_named() ? input.name : "its argument",
                    node.operation->output != nullptr ? ", which has been through it already"
                                                      : " after it has been through it already"),
        [&activation](Graph& graph, const Node& old, const std::vector<NodeId>& operands) {
          std::vector<NodeId> twice = operands;
          twice[0] = graph.apply(activation, {operands[0]},
                                 activation.is_by_sample ? old.with : Attributes{});
          return graph.apply(*old.operation, twice, old.with);
        });
  }

  void rolled(NodeId id, int by) {
    const Node& node = batch_.graph[id];
    const Shape& shape = batch_.graph[node.operands[1]].shape;
    const int classes = node.with.axis == 0 ? shape.rows.count : shape.columns.count;
    if (classes < 2 || (classes == 2 && by < 0)) return;  // of two, one way round is the other
    add(id, mistake_kinds::one_hot_off_by_one, mistake_says::off_by_one(classes, by),
        [by, classes](Graph& graph, const Node& old, const std::vector<NodeId>& operands) {
          Array<Exact> shift = Array<Exact>::Constant(classes, classes, Exact(0));
          for (int c = 0; c < classes; ++c) shift((c + by + classes) % classes, c) = 1;
          if (old.with.axis == 1) shift.transposeInPlace();
          const NodeId matrix = graph.constant(std::move(shift));
          std::vector<NodeId> moved = operands;
          moved[1] = graph.apply(operation_for(Law::matmul),
                                 old.with.axis == 0 ? std::vector{matrix, operands[1]}
                                                    : std::vector{operands[1], matrix});
          return graph.apply(*old.operation, moved, old.with);
        });
  }

  const BatchGraph& batch_;
  Differs differs_;
  NodeId line_ = -1;
  bool alone_ = false;
  std::vector<ForwardMistake> made_;
};

}  // namespace

std::vector<ForwardMistake> forward_mistakes(const BatchGraph& batch, Differs differs) {
  return ForwardMistakeFinder(batch, differs).run();
}

}  // namespace tracer
