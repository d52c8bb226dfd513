#include "tracer/train/targets_taken.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/language/sample_set.hpp"

namespace tracer {
namespace {

using Taken = Loss::Targets;

bool is_taken(float target, Taken taken) {
  if (taken == Taken::shares) return target >= 0 && target <= 1;
  return taken == Taken::anything || target == -1 || target == 1;
}

std::string remedy(const SampleSet<float>::Matrix& targets, std::ptrdiff_t count, Taken taken,
                   const Samples& data) {
  const auto are_all = [&](float a, float b) {
    return std::all_of(targets.values, targets.values + count * targets.entries,
                       [&](float target) { return target == a || target == b; });
  };
  const std::string& y = targets.name;
  if (taken == Taken::signs)
    return are_all(0, 1) ? fmt::format("write 2*{} - 1 in place of {}", y, y)
                         : "for numbers take mse";
  if (are_all(-1, 1)) {
    return fmt::format("write ({} + 1)/2 in place of {}{}, or take hinge, which is for -1 and 1", y,
                       y, data.columns ? ", or classes=2 in the call of csv" : "");
  }
  return data.columns ? "for numbers take mse; for classes say in the call of csv how many there "
                        "are, as in classes=3"
                      : "for numbers take mse";
}

}  // namespace

void check_targets(const Program& program) {
  if (!program.data || program.data->count == 0) return;
  const SampleSet<float> samples(*program.data);
  const std::shared_ptr<const BatchGraph> built = program.graph(first_batch(program));
  for (NodeId id = 0; id < built->graph.size(); ++id) {
    const Node& node = built->graph[id];
    if (node.is_leaf() || node.operation->loss == nullptr || node.operands.size() < 2) continue;
    const Taken taken = node.operation->loss->targets;
    const Node& leaf = built->graph[node.operands[1]];
    const int at = leaf.leaf == LeafKind::data ? samples.find(leaf.name) : -1;
    if (taken == Taken::anything || at < 0) continue;
    const auto& targets = samples.matrices()[static_cast<std::size_t>(at)];
    const auto count = static_cast<std::ptrdiff_t>(samples.count());
    const float* const end = targets.values + count * targets.entries;
    const auto is_other = [&](float target) { return !is_taken(target, taken); };
    const float* const other = std::find_if(targets.values, end, is_other);
    if (other == end) continue;
    throw Error(fmt::format(
        "{}: {} takes targets {}, but {} of the {} entries of {} are others, such as {}; {}",
        program.source->name(), node.operation->call,
        taken == Taken::shares ? "from 0 to 1" : "-1 and 1",
        std::count_if(targets.values, end, is_other), count * targets.entries, leaf.name, *other,
        remedy(targets, count, taken, *program.data)));
  }
}

}  // namespace tracer
