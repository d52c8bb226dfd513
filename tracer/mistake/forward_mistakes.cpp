#include "tracer/mistake/forward_mistakes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <optional>

#include "tracer/language/remake.hpp"
#include "tracer/mistake/catalogue.hpp"
#include "tracer/op/batch_norm.hpp"
#include "tracer/op/dropout.hpp"
#include "tracer/op/gelu.hpp"
#include "tracer/op/leaky_relu.hpp"
#include "tracer/op/log_softmax.hpp"
#include "tracer/op/relu.hpp"
#include "tracer/op/reshape.hpp"
#include "tracer/op/vocabulary.hpp"

namespace tracer {
namespace {

constexpr MistakeKind batchnorm_evaluation{"batchnorm_evaluation", 0};
constexpr MistakeKind batchnorm_unbiased{"batchnorm_unbiased", 0};
constexpr MistakeKind dropout_off{"dropout_off", 0};
constexpr MistakeKind bias_forgotten{"bias_forgotten", 0};
constexpr MistakeKind gelu_form{"gelu_form", 0};
constexpr MistakeKind reshape_order{"reshape_order", 0};
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
    other_batch_norm();
    other_dropout();
    without_biases();
    other_leak();
    other_gelu();
    other_order();
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

  // In the whole net at once; and where there are several, in one of them.
  void add_all_and_each(const std::vector<NodeId>& ids, const MistakeKind& kind,
                        const std::string& says, const Made& make) {
    if (ids.empty()) return;
    add(ids, kind, says, make);
    if (ids.size() < 2 || ids.size() > most_places) return;
    for (const NodeId id : ids)
      add(id, kind, fmt::format("in {} alone, {}", batch_.graph[line_of(id)].called(), says), make);
  }

  // The state of that layer whose new value is made of its input by that operation; −1.
  NodeId state_of(const Node& norm, const Operation& statistic) const {
    for (const auto& [state, next] : batch_.state_updates) {
      const Node& node = batch_.graph[next];
      if (node.operation == &statistic && node.operands[1] == norm.operands[0]) return state;
    }
    return -1;
  }

  void other_batch_norm() {
    const std::vector<NodeId> norms = all_of(op::operation<op::BatchNorm>());
    // the running statistics, as constants; the formula reads them by name
    const Made evaluated = [this](Graph& graph, const Node& old,
                                  const std::vector<NodeId>& operands) {
      const NodeId mean = state_of(old, op::operation<op::RunningMean>());
      const NodeId variance = state_of(old, op::operation<op::RunningVariance>());
      const auto image = [&](NodeId state) { return graph.find(batch_.graph[state].name); };
      if (mean >= 0 && variance >= 0 && image(mean) >= 0 && image(variance) >= 0) {
        std::vector<NodeId> all = operands;
        all.push_back(image(mean));
        all.push_back(image(variance));
        Attributes with;
        with.axis = old.with.axis;
        with.numbers = {old.with.numbers[0]};
        return graph.apply(op::operation<op::BatchNormEval>(), all, with);
      }
      return norm(graph, old, operands, [](const Symbol& z, const Symbol&, const Symbol& epsilon) {
        return z / broadcast<Over::all>(sqrt(1 + epsilon), z);
      });
    };
    add_all_and_each(norms, batchnorm_evaluation,
                     "batch norm is in evaluation mode: with the running statistics that it starts "
                     "with, and not with those of the batch",
                     evaluated);
    std::vector<NodeId> of_several;
    std::ranges::copy_if(norms, std::back_inserter(of_several), [&](NodeId id) {
      const Node& node = batch_.graph[id];
      return (node.with.axis == 0 ? node.shape.columns : node.shape.rows).count > 1;
    });
    add_all_and_each(
        of_several, batchnorm_unbiased,
        "the variance of the batch is divided by m − 1, where batch norm divides by m",
        [](Graph& graph, const Node& old, const std::vector<NodeId>& operands) {
          return norm(
              graph, old, operands, [&](const Symbol& z, const Symbol& m, const Symbol& epsilon) {
                const int across = old.with.axis == 0 ? 1 : 0;
                const Symbol centred = z - broadcast(sum(z, across) / m, z, across);
                return centred / broadcast(sqrt(sum(centred * centred, across) / (m - 1) + epsilon),
                                           z, across);
              });
        });
  }

  // γ ⊙ normal(z, m, ε) + β
  static NodeId norm(
      Graph& graph, const Node& old, const std::vector<NodeId>& operands,
      const std::function<Symbol(const Symbol&, const Symbol&, const Symbol&)>& normal) {
    const int across = old.with.axis == 0 ? 1 : 0;
    const Symbol z = Symbol::leaf("z", graph[operands[0]].shape);
    const Symbol gamma = Symbol::leaf("gamma", graph[operands[1]].shape);
    const Symbol beta = Symbol::leaf("beta", graph[operands[2]].shape);
    const Symbol made = broadcast(gamma, z, across) *
                            normal(z, sample_count(z, old.with.axis), Symbol(old.with.numbers[0])) +
                        broadcast(beta, z, across);
    return graph.append(made, {{"z", operands[0]}, {"gamma", operands[1]}, {"beta", operands[2]}});
  }

  void other_dropout() {
    const std::vector<NodeId> drops = all_of(op::operation<op::Dropout>());
    add_all_and_each(drops, dropout_off, "dropout is off: nothing is dropped, and nothing scaled",
                     [](Graph& graph, const Node&, const std::vector<NodeId>& operands) {
                       return graph.apply(operation_for(Law::identity), {operands[0]});
                     });
    add_all_and_each(drops, op::Dropout::dropout_scale,
                     "what dropout keeps is not scaled by 1/(1 − p)",
                     [](Graph& graph, const Node&, const std::vector<NodeId>& operands) {
                       return graph.apply(operation_for(Law::multiply), operands);
                     });
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

  void other_leak() {
    const std::vector<NodeId> leaks = all_of(op::operation<op::LeakyRelu>());
    if (leaks.empty()) return;
    const auto with_slope = [](const Rational& slope) {
      return [slope](Graph& graph, const Node& old, const std::vector<NodeId>& operands) {
        Attributes with = old.with;
        with.numbers = {slope};
        return graph.apply(op::operation<op::LeakyRelu>(), operands, with);
      };
    };
    for (const Rational& slope :
         {Rational(1, 100), Rational(1, 10), Rational(1, 5), Rational(3, 10), Rational(1, 4),
          Rational(1, 20), Rational(1, 1000)}) {
      if (std::ranges::any_of(leaks,
                              [&](NodeId id) { return batch_.graph[id].with.numbers[0] == slope; }))
        continue;
      add(leaks, op::LeakyRelu::leaky_slope,
          fmt::format("the slope of leaky_relu for what is below 0 is {}, and not that of the "
                      "lesson",
                      static_cast<double>(slope)),
          with_slope(slope));
    }
    add(leaks, op::LeakyRelu::leaky_slope, "relu stands where leaky_relu belongs",
        [](Graph& graph, const Node&, const std::vector<NodeId>& operands) {
          return graph.apply(op::operation<op::Relu>(), operands);
        });
  }

  // GELU by its approximation with tanh, and a line that is this approximation by the exact one.
  void other_gelu() {
    const std::vector<NodeId> exact = all_of(op::operation<op::Gelu>());
    add_all_and_each(
        exact, gelu_form, "gelu is computed by its approximation with tanh, and not exactly",
        [](Graph& graph, const Node&, const std::vector<NodeId>& operands) {
          const Symbol x = Symbol::leaf("x", graph[operands[0]].shape);
          const Symbol c = sqrt(Symbol(Rational(2)) /
                                Symbol(Rational("3141592653589793238/1000000000000000000")));
          const Symbol cubic = x + Symbol(Rational(44715, 1000000)) * x * x * x;
          return graph.append(x * (1 + tanh(c * cubic)) / 2, {{"x", operands[0]}});
        });
    const Graph& graph = batch_.graph;
    for (const NodeId line : batch_.lines) {
      const std::vector<NodeId> nodes = graph.line_nodes(line);
      const auto is_its_number = [&](NodeId id) {
        const Node& node = graph[id];
        return node.leaf == LeafKind::constant && node.constant && node.shape.is_scalar() &&
               (*node.constant)(0, 0).is_rational() &&
               (*node.constant)(0, 0).rational() == Rational(44715, 1000000);
      };
      bool approximates = false;
      for (const NodeId id : nodes)
        approximates = approximates || std::ranges::any_of(graph[id].operands, is_its_number);
      NodeId x = -1;
      for (const NodeId operand : graph.line_operands(line)) {
        if (graph[operand].leaf == LeafKind::constant) continue;
        if (x >= 0 || !(graph[operand].shape == graph[line].shape)) approximates = false;
        x = operand;
      }
      if (!approximates || x < 0) continue;
      // the operands of its last operation are parts of it: x itself is known by its name
      add(line, gelu_form, "gelu is computed exactly, and not by its approximation with tanh",
          [&, x](Graph& made, const Node&, const std::vector<NodeId>&) {
            return made.apply(op::operation<op::Gelu>(), {made.find(graph[x].name)});
          });
    }
  }

  // Entries read column by column, as MATLAB and Fortran have them.
  void other_order() {
    std::vector<NodeId> reshapes;
    for (const NodeId id : all_of(op::operation<op::Reshape>())) {
      const Shape& from = batch_.graph[batch_.graph[id].operands[0]].shape;
      if (from.rows.count > 1 && from.columns.count > 1) reshapes.push_back(id);
    }
    add_all_and_each(reshapes, reshape_order,
                     "the entries are read column by column, and not row by row",
                     [](Graph& graph, const Node& old, const std::vector<NodeId>& operands) {
                       const Operation& turn = operation_for(Law::transpose);
                       Attributes turned = old.with;
                       std::swap(turned.shape.rows, turned.shape.columns);
                       const NodeId columns = graph.apply(turn, {operands[0]});
                       return graph.apply(turn, {graph.apply(*old.operation, {columns}, turned)});
                     });
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
