#include "tracer/derive/assumptions.hpp"

namespace tracer {
namespace {

// The axis that the operations go by which work sample by sample.
int axis_of_samples(const Graph& graph) {
  for (NodeId id = 0; id < graph.size(); ++id) {
    const Node& node = graph[id];
    if (!node.is_leaf() && node.operation->is_by_sample) return node.with.axis;
  }
  return 0;
}

}  // namespace

Assumptions::Assumptions(const Program& program, const BatchGraph& batch)
    : axis_(axis_of_samples(batch.graph)) {
  for (const auto& [name, assumed] : program.assumed)
    if (assumed != Assumption::positive) sum_to_one_.insert(name);
  for (const auto& [name, id] : batch.leaves) {
    const LeafKind kind = batch.graph[id].leaf;
    const auto value = program.values.find(name);
    if (kind == LeafKind::input && value != program.values.end() &&
        sums_to_one(value->second, axis_))
      sum_to_one_.insert(name);
    if (kind != LeafKind::data || !program.data) continue;
    for (std::size_t i = 0; i < program.data->names.size(); ++i) {
      if (program.data->names[i] == name && sums_to_one(program.data->values[i], axis_))
        sum_to_one_.insert(name);
    }
  }
}

bool Assumptions::samples_sum_to_one(const Symbol& leaf, int axis) const {
  return leaf.kind() == Symbol::Kind::leaf && leaf.stands_for().kind == Quantity::value &&
         axis == axis_ && sum_to_one_.contains(leaf.stands_for().name);
}

Symbol Assumptions::applied(const Symbol& formula, bool& used) const {
  if (sum_to_one_.empty()) return formula;
  return with_unit_sums(
      formula, [&](const Symbol& leaf, int axis) { return samples_sum_to_one(leaf, axis); }, used);
}

Symbol with_unit_sums(const Symbol& e,
                      const std::function<bool(const Symbol& leaf, int axis)>& sums_to_one,
                      bool& used) {
  if (e.kind() != Symbol::Kind::apply) return e;
  const Symbol& sum = e.is(Law::broadcast) ? e.operands()[0] : e;
  if (sum.is(Law::sum) && (e.is(Law::broadcast) || sum.shape().is_scalar())) {
    const Shape& shape = sum.operands()[0].shape();
    int axis = sum.operation().axis;
    if (axis < 0 && shape.columns.is_one()) axis = 0;  // all of one sample
    if (axis < 0 && shape.rows.is_one()) axis = 1;
    if (axis >= 0 && sums_to_one(sum.operands()[0], axis)) {
      used = true;
      return Symbol(1);
    }
  }
  bool inside = false;
  std::vector<Symbol> operands;
  for (const Symbol& operand : e.operands())
    operands.push_back(with_unit_sums(operand, sums_to_one, inside));
  if (!inside) return e;
  used = true;
  return Symbol::apply(e.operation(), std::move(operands), e.attributes());
}

}  // namespace tracer
