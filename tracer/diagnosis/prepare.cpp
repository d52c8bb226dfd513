#include "tracer/diagnosis/prepare.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/language/remake.hpp"

namespace tracer {
namespace {

NodeId add_leaf(Prepared& prepared, const std::string& name, NodeId like) {
  return prepared.batch.graph.leaf(LeafKind::input, name, prepared.batch.graph[like].shape);
}

// The unit roundoff of the coarsest arithmetic among the claims: of a bf16's.
double unit_of(const Evidence& evidence) {
  double unit = 0x1p-53;
  for (const Claim& claim : evidence.claims) unit = std::max(unit, claim.precision.unit);
  return unit;
}

// How much of the way from the slope that is taken at the corner to that above it a unit goes that
// is put on the other side.
double to_other_side(const Uncertain& x, const Kink& kink) {
  const double jump = Exact(kink.above - kink.taken).to_double();
  const double between = Exact(kink.above - kink.below).to_double();
  if (x.value == 0) return 1;
  return (x.value > 0 ? -between : between) / jump;
}

// Entries of the arguments of relu and its like that are 0, or that rounding can't tell from it.
void add_corners(Prepared& prepared) {
  const Graph& graph = prepared.batch.graph;
  std::vector<NodeId> bent;
  for (NodeId id = 0; id < graph.size(); ++id) {
    const Operation* operation = graph[id].operation;
    if (operation != nullptr && operation->kink != nullptr) bent.push_back(id);
  }
  if (bent.empty()) return;
  std::map<NodeId, std::vector<Array<double>>> masks;
  std::set<NodeId> on_corner;
  for (const Evidence& known : prepared.evidence) {
    const double unit = unit_of(known);
    Tape<Uncertain> tape(graph, std::span<const NodeId>{});
    for (const auto& [name, values] : known.point)
      tape.value(graph.find(name)) = values.unaryExpr(
          [](double x) { return Uncertain(static_cast<long double>(x), std::fabs(x)); });
    tape.forward();
    for (const NodeId id : bent) {
      const auto x = std::as_const(tape).value(graph[id].operands[0]);
      const Kink kink = graph[id].operation->kink(graph[id].with);
      masks[id].push_back(x.unaryExpr([&](const Uncertain& v) {
        const bool near = std::fabs(static_cast<double>(v.value)) <= 4 * unit * v.spread();
        return near ? to_other_side(v, kink) : 0.0;
      }));
      if ((masks[id].back() != 0).any()) on_corner.insert(id);
    }
  }
  for (const NodeId id : on_corner) {
    const NodeId leaf = add_leaf(prepared, fmt::format("the corners of {}", id), id);
    prepared.companions.corners.emplace(id, leaf);
    for (std::size_t i = 0; i < prepared.evidence.size(); ++i)
      prepared.evidence[i].point.emplace(prepared.batch.graph[leaf].name, masks[id][i]);
  }
}

bool is_zero(const Node& node) {
  return node.leaf == LeafKind::constant && node.constant &&
         std::ranges::all_of(node.constant->reshaped(),
                             [](const Exact& x) { return x.is_rational() && x.rational() == 0; });
}

// np.maximum(0, Z) is relu(Z), and what people get wrong in it has its names there.
BatchGraph with_relu(const BatchGraph& batch) {
  const Graph& graph = batch.graph;
  const auto zero = [&](NodeId id) {
    while (!graph[id].is_leaf() && graph[id].operation->law == Law::broadcast)
      id = graph[id].operands[0];
    return is_zero(graph[id]);
  };
  // the side that is not 0; −1
  const auto bent = [&](const Node& node) {
    if (node.is_leaf() || node.operation->with_zero == nullptr) return -1;
    if (zero(node.operands[0])) return 1;
    return zero(node.operands[1]) ? 0 : -1;
  };
  return remake(batch, rewrite(graph, [&](RewrittenGraph& made, NodeId id) {
                  const Node& old = graph[id];
                  const int side = bent(old);
                  const NodeId operand =
                      side < 0 ? -1 : old.operands[static_cast<std::size_t>(side)];
                  const bool fits = operand >= 0 && graph[operand].shape == old.shape;
                  return fits ? made.graph.apply(old.operation->with_zero(), {made.of(operand)})
                              : copy_node(made, old);
                }));
}

}  // namespace

Prepared prepare(const Question& question) {
  Prepared made{with_relu(question.batch), question.evidence, {}};
  for (const auto& [name, values] : question.earlier) {
    const NodeId parameter = made.batch.graph.find(name);
    if (parameter < 0) continue;
    const NodeId leaf = add_leaf(made, "the earlier gradient of " + name, parameter);
    made.companions.earlier.emplace(parameter, leaf);
    for (Evidence& known : made.evidence) known.point.emplace(made.batch.graph[leaf].name, values);
  }
  add_corners(made);
  for (const Claim& claim : made.evidence.front().claims) {
    const NodeId line = made.batch.graph.find(claim.name);
    if (!claim.gradient || line < 0 || made.batch.graph[line].is_leaf()) continue;
    const NodeId leaf = add_leaf(made, "the claimed gradient of " + claim.name, line);
    made.companions.claimed.emplace(line, leaf);
    for (Evidence& known : made.evidence) {
      const Claim* same = gradient_claim(known.claims, claim.name);
      if (same == nullptr) {
        throw Error(fmt::format("the gradient of {} is claimed at one point and not at another",
                                claim.name));
      }
      known.point.emplace(made.batch.graph[leaf].name, same->values.cast<double>());
    }
  }
  return made;
}

namespace {

Reals softmax_of(const Reals& z, int axis) {
  if (axis == 1) return softmax_of(z.transpose(), 0).transpose();
  Reals p(z.rows(), z.cols());
  for (Eigen::Index j = 0; j < z.cols(); ++j) {
    p.col(j) = (z.col(j) - z.col(j).maxCoeff()).exp();
    p.col(j) /= p.col(j).sum();
  }
  return p;
}

// k where gradient = k·difference, to all digits but the last few.
std::optional<long double> factor_between(const Reals& gradient, const Reals& difference) {
  const long double squares = (difference * difference).sum();
  if (!(squares > 0)) return std::nullopt;
  const long double k = (gradient * difference).sum() / squares;
  const long double apart = (gradient - k * difference).abs().maxCoeff();
  if (!(apart <= 1e-12L * gradient.abs().maxCoeff()) || k == 0) return std::nullopt;
  return k;
}

// Its built-in loss knows its mistakes itself.
bool is_known(Search& search, NodeId z) {
  for (const auto& [user, operand] : search.catalogue().back().uses(z)) {
    for (const Mistake& mistake : search.catalogue().of_contribution(user, operand)) {
      if (mistake.kind == mistake_kinds::logits_for_probabilities) return true;
    }
  }
  return false;
}

}  // namespace

std::vector<Companions::Output> find_outputs(Search& search) {
  const Graph& graph = search.batch().graph;
  std::vector<Companions::Output> found;
  Explanation right = search.right();
  for (const NodeId z : search.batch().lines) {
    const Shape& shape = graph[z].shape;
    if (!search.catalogue().back().is_live(z) || z == search.batch().loss) continue;
    for (const auto& [name, y] : search.batch().leaves) {
      const bool target = graph[y].leaf == LeafKind::data || graph[y].leaf == LeafKind::input;
      if (!target || !(graph[y].shape == shape)) continue;
      const auto gradient = search.predicted(right, graph[z].name, 0);
      if (!gradient || !gradient->values.isFinite().all()) continue;
      const Reals values = search.value(z, 0).values;
      const Reals targets = search.value(y, 0).values;
      const auto try_output = [&](const Reals& p, bool is_softmax, int axis) {
        const auto k = factor_between(gradient->values, p - targets);
        if (!k || is_known(search, z)) return;
        // what it is, where it is something: 1/m, and not that with a last bit too much
        const auto known = search.factor_names().find(*k, 1e-12L);
        const auto high = static_cast<double>(*k);
        const Rational fitted =
            Rational(high) + Rational(static_cast<double>(*k - static_cast<long double>(high)));
        found.push_back({z, y, is_softmax, axis, known ? known->value : fitted});
      };
      if (values.rows() > 1) try_output(softmax_of(values, 0), true, 0);
      if (values.cols() > 1) try_output(softmax_of(values, 1), true, 1);
      try_output(1 / (1 + (-values).exp()), false, 0);
    }
  }
  return found;
}

}  // namespace tracer
