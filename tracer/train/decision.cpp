#include "tracer/train/decision.hpp"

#include <optional>

#include <fmt/format.h>

#include "tracer/train/targets.hpp"

namespace tracer {
namespace {

// What all targets of a lesson have in common.
struct Targets {
  int entries = 0;  // of a sample
  bool one_hot = false;
  bool has_zero = false, has_one = false, has_minus_one = false, has_other = false;
};

Targets targets_of(const Samples& data) {
  Targets seen;
  const SampleSet<float> all(data);
  const auto& matrix = all.matrices().back();
  seen.entries = matrix.entries;
  const auto count = static_cast<std::ptrdiff_t>(all.count());
  seen.one_hot = seen.entries > 1 && count > 0;
  for (std::ptrdiff_t k = 0; k < count; ++k) {
    int ones = 0;
    for (std::ptrdiff_t e = 0; e < seen.entries; ++e) {
      const float x = matrix.values[all.rows() ? e * count + k : k * seen.entries + e];
      ones += x == 1.0F ? 1 : 0;
      seen.has_one = seen.has_one || x == 1.0F;
      seen.has_zero = seen.has_zero || x == 0.0F;
      seen.has_minus_one = seen.has_minus_one || x == -1.0F;
      seen.has_other = seen.has_other || !(x == 0.0F || x == 1.0F || x == -1.0F);
    }
    seen.one_hot = seen.one_hot && ones == 1;
  }
  seen.one_hot = seen.one_hot && !seen.has_other && !seen.has_minus_one;
  return seen;
}

// Where the nearest loss that takes the prediction as its first draws the line between two classes.
std::optional<double> threshold_of_loss(const Graph& graph, NodeId prediction) {
  for (NodeId id = prediction + 1; id < graph.size(); ++id) {
    const Node& node = graph[id];
    if (node.operation == nullptr || node.operands.empty() || node.operands[0] != prediction)
      continue;
    if (node.operation->loss != nullptr && node.operation->loss->threshold)
      return node.operation->loss->threshold;
  }
  return std::nullopt;
}

// The pair of an output for two classes whose activation the node is, and which is told of what
// goes into it too; or null.
const OutputPair* pair_of_two_classes(const Graph& graph, NodeId id) {
  const Operation* operation = graph[id].operation;
  const OutputPair* pair = operation != nullptr ? pair_of_activation(*operation) : nullptr;
  return pair != nullptr && pair->joined != nullptr && pair->joined().loss->threshold ? pair
                                                                                      : nullptr;
}

// Where an output is on neither side.
double threshold_of(const Graph& graph, NodeId prediction, bool signs) {
  if (const auto threshold = threshold_of_loss(graph, prediction)) return *threshold;
  NodeId at = prediction;
  while (graph[at].operation != nullptr && graph[at].operation->law == Law::identity)
    at = graph[at].operands[0];
  if (const OutputPair* pair = pair_of_two_classes(graph, at)) return *pair->loss().loss->threshold;
  for (NodeId id = at + 1; id < graph.size(); ++id) {
    const OutputPair* pair = pair_of_two_classes(graph, id);
    if (pair == nullptr) continue;
    const NodeId operand = graph[id].operands[0];
    if (operand == at || operand == prediction)
      return *pair->joined().loss->threshold;  // predict Z of bce(sigmoid(Z), Y)
  }
  return signs ? 0 : 0.5;
}

bool uses_two_classes(const BatchGraph& built) {
  for (NodeId id = 0; id <= built.loss; ++id) {
    const Operation* operation = built.graph[id].operation;
    if (operation != nullptr && operation->loss != nullptr && operation->loss->threshold)
      return true;
  }
  return false;
}

}  // namespace

int first_batch(const Program& program) {
  if (!program.training || !program.data) return 1;
  return program.training->batch_size == 0 ? program.data->count : program.training->batch_size;
}

Decision decision_of(const Program& program) {
  Decision decision;
  if (!program.data || program.data->names.size() < 2 ||
      std::holds_alternative<std::monostate>(program.data->values.back()))
    return decision;
  const Targets targets = targets_of(*program.data);
  const bool may_be_two = targets.entries == 1 && !targets.has_other &&
                          !(targets.has_zero && targets.has_minus_one) && program.data->count > 0;
  if (!targets.one_hot && !may_be_two) return decision;
  const BatchGraph built = program.graph(first_batch(program), true);
  if (built.prediction < 0) return decision;
  const Shape& predicted = built.graph[built.prediction].shape;
  if ((program.data->rows ? predicted.columns : predicted.rows).count != targets.entries)
    return decision;
  if (targets.one_hot) {
    decision.task = Task::classes;
    decision.classes = targets.entries;
    return decision;
  }
  const bool both = targets.has_one && (targets.has_zero || targets.has_minus_one);
  if (!both && !uses_two_classes(built)) return decision;
  decision.task = Task::two_classes;
  decision.classes = 2;
  decision.signs = targets.has_minus_one;
  decision.threshold =
      static_cast<float>(threshold_of(built.graph, built.prediction, decision.signs));
  return decision;
}

std::vector<int> classes_of(const Decision& decision, const Array<float>& outputs, bool rows) {
  std::vector<int> predicted;
  if (decision.task == Task::numbers) return predicted;
  const Eigen::Index count = rows ? outputs.rows() : outputs.cols();
  predicted.reserve(static_cast<std::size_t>(count));
  for (Eigen::Index k = 0; k < count; ++k) {
    const auto entry = [&](Eigen::Index e) { return rows ? outputs(k, e) : outputs(e, k); };
    int best = decision.task == Task::two_classes && entry(0) > decision.threshold ? 1 : 0;
    for (int c = 1; decision.task == Task::classes && c < decision.classes; ++c) {
      if (entry(c) > entry(best)) best = c;
    }
    predicted.push_back(best);
  }
  return predicted;
}

std::vector<std::string> class_names(const Program& program, const Decision& decision) {
  const std::vector<std::string>& known = program.data->classes;
  if (known.size() == static_cast<std::size_t>(decision.classes)) return known;
  if (decision.signs) return {"-1", "1"};
  std::vector<std::string> names;
  for (int c = 0; c < decision.classes; ++c) names.push_back(fmt::to_string(c));
  return names;
}

Task task_of(const Program& program) { return decision_of(program).task; }

std::vector<int> predicted_classes(const Program& program, const Array<float>& outputs) {
  return classes_of(decision_of(program), outputs, program.data && program.data->rows);
}

std::vector<int> true_classes(const Program& program, const Samples& samples) {
  return class_labels(SampleSet<float>(samples), task_of(program));
}

Array<float> class_scores(const Program& program, const Array<float>& outputs) {
  const Task task = task_of(program);
  if (task == Task::numbers) return {};
  Array<float> scores = program.data->rows ? Array<float>(outputs.transpose()) : outputs;
  if (task == Task::classes) return scores;
  Array<float> both(2, scores.cols());
  both << -scores, scores;
  return both;
}

}  // namespace tracer
