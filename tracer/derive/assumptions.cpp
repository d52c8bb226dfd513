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

bool may_be_targets(LeafKind kind, const LeafValue& value, int axis) {
  if (kind == LeafKind::data) return sums_to_one(value, axis);
  return kind == LeafKind::input && is_one_hot(value, axis);
}

Assumptions::Assumptions(const Program& program, const BatchGraph& batch)
    : axis_(axis_of_samples(batch.graph)) {
  for (const auto& [name, assumed] : program.assumed)
    if (assumed != Assumption::positive) sum_to_one_.insert(name);
  for (const auto& [name, id] : batch.leaves) {
    const LeafKind kind = batch.graph[id].leaf;
    const auto value = program.values.find(name);
    if (value != program.values.end() && name != program.seed_name &&
        may_be_targets(kind, value->second, axis_))
      sum_to_one_.insert(name);
    if (kind != LeafKind::data || !program.data) continue;
    for (std::size_t i = 0; i < program.data->names.size(); ++i) {
      if (program.data->names[i] == name && may_be_targets(kind, program.data->values[i], axis_))
        sum_to_one_.insert(name);
    }
  }
}

bool Assumptions::samples_sum_to_one(const Symbol& formula, int axis) const {
  const Size& classes = axis == 0 ? formula.shape().rows : formula.shape().columns;
  return axis == axis_ && sum_of_sample(formula, classes) == Rational(1);
}

// 0.9·y + 0.05 of two classes sums to 1, too: that is what label smoothing makes of targets.
std::optional<Rational> Assumptions::sum_of_sample(const Symbol& e, const Size& classes) const {
  if (e.kind() == Symbol::Kind::leaf) {
    const bool sums =
        e.stands_for().kind == Quantity::value && sum_to_one_.contains(e.stands_for().name);
    return sums ? std::optional(Rational(1)) : std::nullopt;
  }
  const Symbol& bare = is_spread(e) ? e.operands()[0] : e;
  if (bare.is_number())
    return classes.known() ? std::optional(Rational(bare.number() * classes.count)) : std::nullopt;
  if (!e.is(Law::add) && !e.is(Law::multiply)) return std::nullopt;
  const Symbol& left = e.operands()[0];
  const auto right = sum_of_sample(e.operands()[1], classes);
  if (!right) return std::nullopt;
  if (e.is(Law::add)) {
    const auto sum = sum_of_sample(left, classes);
    return sum ? std::optional(Rational(*sum + *right)) : std::nullopt;
  }
  const Symbol& factor = is_spread(left) ? left.operands()[0] : left;
  return factor.is_number() ? std::optional(Rational(factor.number() * *right)) : std::nullopt;
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
