#include "tracer/language/decision.hpp"

#include <fmt/format.h>

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

}  // namespace

Decision decision_of(const Program& program) {
  Decision decision;
  if (!program.data || program.data->names.size() < 2 ||
      std::holds_alternative<std::monostate>(program.data->values.back()))
    return decision;
  const Targets targets = targets_of(*program.data);
  const bool may_be_two = targets.entries == 1 && !targets.has_other &&
                          !(targets.has_zero && targets.has_minus_one) && program.data->count > 0;
  if (!targets.one_hot && !may_be_two) return decision;
  const std::shared_ptr<const BatchGraph> built = program.graph(first_batch(program), true);
  if (built->prediction < 0) return decision;
  const Shape& predicted = built->graph[built->prediction].shape;
  if ((program.data->rows ? predicted.columns : predicted.rows).count != targets.entries)
    return decision;
  if (targets.one_hot) {
    decision.task = Task::classes;
    decision.classes = targets.entries;
    return decision;
  }
  const bool both = targets.has_one && (targets.has_zero || targets.has_minus_one);
  if (!both && !built->output.two_classes) return decision;
  decision.task = Task::two_classes;
  decision.classes = 2;
  decision.signs = targets.has_minus_one;
  decision.threshold = built->output.threshold.value_or(decision.signs ? 0.0F : 0.5F);
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

}  // namespace tracer
