// What goes wrong where things are added up: the gradient of a bias over the batch, and the
// contributions of several paths to one value.
#include <fmt/format.h>

#include <algorithm>

#include "tracer/derive/rules.hpp"
#include "tracer/mistake/catalogue.hpp"
#include "tracer/op/vocabulary.hpp"

namespace tracer {
namespace {

constexpr MistakeKind bias_sum_all_axes{"bias_sum_all_axes", 9};
constexpr MistakeKind bias_mean_over_units{"bias_mean_over_units", 6};
constexpr MistakeKind bias_mean_of_unit_sums{"bias_mean_over_batch_of_unit_sums", 0};
constexpr MistakeKind bias_one_sample{"bias_one_sample", 0};
constexpr MistakeKind bias_row_sum_of_dw{"bias_row_sum_of_dW", 0};
constexpr MistakeKind l2_missing{"l2_missing", 3};
constexpr MistakeKind l2_scale{"l2_scale", 5};
constexpr MistakeKind path_overwritten{"path_overwritten", 3};
constexpr MistakeKind path_left_out{"path_left_out", 2};
constexpr MistakeKind path_scaled{"path_scaled", 2};

// A batch of one sample: the bias is not repeated, and what is summed over the units shows all the
// same.
void add_mistakes_of_one_sample(Catalogue& catalogue, NodeId user, int operand,
                                std::vector<Mistake>& mistakes) {
  const Graph& graph = catalogue.graph();
  const Node& node = graph[user];
  const Node& bias = graph[node.operands[static_cast<std::size_t>(operand)]];
  const Shape& shape = bias.shape;
  const bool is_vector = shape.rows.is_one() != shape.columns.is_one();
  if (bias.leaf != LeafKind::parameter || !is_vector || !(shape == node.shape)) return;
  const Symbol everything = sum<Over::all>(reads::from_above(node.shape));
  const Symbol here = reads::operand(operand, shape);
  const auto add = [&](const MistakeKind& kind, std::string_view what, const Symbol& formula) {
    add_mistake(mistakes,
                mistake_of(kind, fmt::format("in the gradient of {}, {}", bias.name, what)),
                Edit{user, operand}, shape, [&] { return broadcast<Over::all>(formula, here); });
  };
  add(bias_sum_all_axes, "the sum runs over units and samples: every entry gets the sum of all",
      everything);
  add(bias_mean_over_units, "the mean runs over the units, the sum over the samples",
      everything / static_cast<int>(shape.count()));
  // Σ of a row of d·xᵀ is d·Σx
  const NodeId product = node.operands[static_cast<std::size_t>(1 - operand)];
  if (graph[product].is_leaf() || graph[product].operation->law != Law::matmul) return;
  for (const NodeId factor : graph[product].operands) {
    const Shape& of = graph[factor].shape;
    if (graph[factor].leaf == LeafKind::parameter || !(of.rows.is_one() || of.columns.is_one()))
      continue;
    add_mistake(mistakes,
                mistake_of(bias_row_sum_of_dw,
                           fmt::format("in the gradient of {}, the weights' gradient is summed, "
                                       "not that of the layer",
                                       bias.name)),
                Edit{user, operand}, shape, [&] {
                  return reads::from_above(node.shape) *
                         broadcast<Over::all>(sum<Over::all>(reads::value(factor, of)), here);
                });
  }
}

}  // namespace

void add_bias_mistakes(Catalogue& catalogue, NodeId user, int operand,
                       std::vector<Mistake>& mistakes) {
  const Graph& graph = catalogue.graph();
  const Node& node = graph[user];
  if (node.operation->law == Law::add && catalogue.batch().batch_size == 1) {
    add_mistakes_of_one_sample(catalogue, user, operand, mistakes);
    return;
  }
  if (node.operation->law != Law::broadcast || node.operation->axis < 0) return;  // no bias
  const Shape& shape = graph[node.operands[0]].shape;
  const bool column = node.operation->axis == 1;
  const int m = column ? node.shape.columns.count : node.shape.rows.count;
  const int units = column ? node.shape.rows.count : node.shape.columns.count;
  const Symbol above = reads::from_above(node.shape);
  const Symbol everything = sum<Over::all>(above);
  const Symbol bias = reads::operand(0, shape);
  const auto spread = [&](const Symbol& x) { return broadcast<Over::all>(x, bias); };
  const auto sample = [&](int k) {
    return window_like(above, column ? 0 : k, column ? k : 0, bias);
  };
  const auto add = [&](const MistakeKind& kind, std::string_view what,
                       const std::function<Symbol()>& formula) {
    add_mistake(mistakes,
                mistake_of(kind, fmt::format("in the gradient of {}, {}",
                                             catalogue.called(node.operands[0]), what)),
                Edit{user, 0}, shape, formula);
  };
  add(bias_sum_all_axes, "the sum runs over units and samples: every entry gets the sum of all",
      [&] { return spread(everything); });
  add(bias_mean_over_units, "the mean runs over the units, the sum over the samples",
      [&] { return spread(everything / units); });
  add(bias_mean_of_unit_sums, "the sum runs over the units, the mean over the batch",
      [&] { return spread(everything / m); });
  add(bias_mean_over_units, "the mean runs over units and samples",
      [&] { return spread(everything / (m * units)); });
  add(mistake_kinds::bias_sum_wrong_axis,
      "the sum runs over the units of each sample, not over the samples", [&] {
        return transpose(column ? sum<Over::each_column>(above) : sum<Over::each_row>(above));
      });
  add(bias_one_sample, "only the first sample is looked at", [&] { return sample(0); });
  if (m > 1)
    add(bias_one_sample, "only the last sample is looked at", [&] { return sample(m - 1); });
  // the row sums of dW in place of those of the layer's gradient
  for (const auto& [sum_node, place] : catalogue.back().uses(user)) {
    if (graph[sum_node].operation->law != Law::add) continue;
    const NodeId product = graph[sum_node].operands[place == 0 ? 1 : 0];
    if (graph[product].is_leaf() || graph[product].operation->law != Law::matmul) continue;
    for (const std::size_t factor : {std::size_t{0}, std::size_t{1}}) {
      const NodeId other = graph[product].operands[factor];
      const Symbol x = reads::value(other, graph[other].shape);
      add(bias_row_sum_of_dw, "the weights' gradient is summed, not that of the layer", [&] {
        const Symbol dw = factor == 1 ? dot(above, transpose(x)) : dot(transpose(x), above);
        return column ? sum<Over::each_row>(dw) : sum<Over::each_column>(dw);
      });
    }
  }
}

namespace {

// Whether a use of a parameter leads to the loss past no other leaf: λ·Σ W².
bool is_penalty(Catalogue& catalogue, NodeId parameter, NodeId user) {
  const Graph& graph = catalogue.graph();
  if (graph[parameter].leaf != LeafKind::parameter) return false;
  NodeId at = user;
  while (!graph[at].shape.is_scalar()) {
    const bool alone = std::ranges::all_of(graph[at].operands, [&](NodeId operand) {
      return operand == parameter || graph[operand].leaf == LeafKind::constant ||
             graph[operand].leaf == LeafKind::none;
    });
    const auto& uses = catalogue.back().uses(at);
    if (!alone || uses.size() != 1) return false;
    at = uses[0].first;
  }
  // a sum of its own entries: no other named value went into it
  const Operation* operation = graph[at].operation;
  return graph[at].operands.size() == 1 &&
         (operation->law == Law::sum || operation->expansion != nullptr);
}

}  // namespace

void add_path_mistakes(Catalogue& catalogue, NodeId node, std::vector<Mistake>& mistakes) {
  const Graph& graph = catalogue.graph();
  const Shape& shape = graph[node].shape;
  const auto& uses = catalogue.back().uses(node);
  if (uses.size() < 2) return;
  const std::string name = catalogue.called(node);
  const auto add = [&](const MistakeKind& kind, std::string says, const Symbol& formula,
                       bool factor) {
    Edit where{node, -1};
    where.has_factor = factor;
    add_mistake(mistakes, mistake_of(kind, std::move(says)), where, shape, [&] { return formula; });
  };
  for (std::size_t i = 0; i < uses.size(); ++i) {
    const std::string line = catalogue.called(catalogue.line_of(uses[i].first));
    const Symbol part = reads::part(i, shape);
    if (is_penalty(catalogue, node, uses[i].first)) {
      add(l2_missing, fmt::format("the penalty's part of the gradient of {} is left out", name),
          reads::sum(shape) - part, false);
      add(l2_scale,
          fmt::format("the penalty's part of the gradient of {} counts {{k}} times", name),
          reads::sum(shape) + (reads::factor() - 1) * part, true);
      continue;
    }
    if (uses.size() == 2 && is_penalty(catalogue, node, uses[1 - i].first)) {
      // l2_missing says it
    } else if (uses.size() == 2) {
      const std::string other = catalogue.called(catalogue.line_of(uses[1 - i].first));
      add(path_overwritten,
          line == other
              ? fmt::format("{} uses {} in two places, and only one of them is followed back; the "
                            "two are to be added",
                            line, name)
              : fmt::format("only what comes back through {} is kept; what comes through {} was "
                            "overwritten or left out, and the two are to be added",
                            line, other),
          part, false);
    } else {
      add(path_left_out,
          fmt::format("what comes back to {} through {} is left out; all paths are to be added",
                      name, line),
          reads::sum(shape) - part, false);
      add(path_overwritten,
          fmt::format("only what comes back through {} is kept; all paths are to be added", line),
          part, false);
    }
    // 1 is what belongs there, and what is added to it is a number more of the same path
    add(path_scaled, fmt::format("what comes back to {} through {} counts {{k}} times", name, line),
        reads::sum(shape) + (reads::factor() - 1) * part, true);
  }
}

void add_path_slips(Catalogue& catalogue, NodeId value, std::vector<Mistake>& mistakes) {
  const Graph& graph = catalogue.graph();
  const Shape& shape = graph[value].shape;
  const std::vector<Catalogue::Way> ways = catalogue.ways_from(value);
  if (ways.size() < 2) return;
  for (const Catalogue::Way& out : ways) {
    Symbol rest = reads::sum(shape);
    for (const std::size_t use : out.uses) rest = rest - reads::part(use, shape);
    Mistake mistake = mistake_of(path_left_out, "");
    mistake.on_sheet = {Turn::paths, [&graph, line = out.line]() -> SheetWords {
                          return {"path left out",
                                  {notation::words("the way through"), display_of(graph[line]),
                                   notation::words("was left out")},
                                  "it is used in more than one line"};
                        }};
    add_mistake(mistakes, std::move(mistake), Edit{value, -1}, shape, [&] { return rest; });
  }
}

}  // namespace tracer
