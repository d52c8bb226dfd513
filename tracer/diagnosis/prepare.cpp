#include "tracer/diagnosis/prepare.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/graph/pullback.hpp"
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
      tape.own_value(graph.find(name)) = values.unaryExpr(
          [](double x) { return Uncertain(static_cast<long double>(x), std::fabs(x)); });
    tape.forward();
    for (const NodeId id : bent) {
      const auto x = tape.value(graph[id].operands[0]);
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

// Of one-hot words, in columns or rows, those that come once more later on; nothing where the array
// is none of words, or no word comes twice.
std::optional<Array<double>> without_earlier(const Array<double>& words, bool in_columns) {
  if (!in_columns) {
    const auto made = without_earlier(words.transpose(), true);
    return made ? std::optional<Array<double>>(made->transpose()) : std::nullopt;
  }
  if (words.rows() < 2 || words.cols() < 2) return std::nullopt;
  Array<double> made = words;
  std::set<Eigen::Index> seen;
  bool any = false;
  for (Eigen::Index j = words.cols() - 1; j >= 0; --j) {
    Eigen::Index word = 0;
    const auto column = words.col(j);
    if (column.maxCoeff(&word) != 1 || column.minCoeff() != 0 || column.sum() != 1)
      return std::nullopt;
    if (seen.insert(word).second) continue;
    made.col(j).setZero();
    any = true;
  }
  return any ? std::optional(made) : std::nullopt;
}

void add_last_words(Prepared& prepared) {
  const std::map<std::string, NodeId> leaves = prepared.batch.leaves;
  for (const auto& [name, id] : leaves) {
    const Graph& graph = prepared.batch.graph;
    const LeafKind kind = graph[id].leaf;
    if (kind != LeafKind::data && kind != LeafKind::input) continue;
    // W @ X has a word in each column, X @ W in each row
    std::optional<bool> in_columns;
    for (NodeId user = 0; user < graph.size(); ++user) {
      const Node& node = graph[user];
      if (node.is_leaf() || node.operation->law != Law::matmul) continue;
      if (node.operands[0] == id) in_columns = false;
      if (node.operands[1] == id) in_columns = true;
    }
    if (!in_columns) continue;
    std::vector<Array<double>> last;
    for (const Evidence& known : prepared.evidence) {
      const Array<double>& words = known.point.at(name);
      auto made = without_earlier(words, *in_columns);
      if (!made && last.empty()) break;
      last.push_back(made ? std::move(*made) : words);
    }
    if (last.size() < prepared.evidence.size()) continue;
    const NodeId leaf = add_leaf(prepared, "the last of equal words in " + name, id);
    prepared.companions.last_words.emplace(id, leaf);
    for (std::size_t i = 0; i < last.size(); ++i)
      prepared.evidence[i].point.emplace(prepared.batch.graph[leaf].name, last[i]);
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
  add_last_words(made);
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
    for (const auto& leaf : search.batch().leaves) {
      const NodeId y = leaf.second;
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

namespace {

using WrittenOut = Companions::WrittenOut;

constexpr long double one_array = 1e-11L;  // of the largest: what rounding may do

bool are_same(const Reals& a, const Reals& b) {
  const long double largest = std::max(a.abs().maxCoeff(), b.abs().maxCoeff());
  return std::isfinite(largest) && (a - b).abs().maxCoeff() <= one_array * largest;
}

// The mean along the samples, repeated to the shape of x.
Reals mean_over_samples(const Reals& x, int axis) {
  if (axis == 0) return x.rowwise().mean().replicate(1, x.cols());
  return x.colwise().mean().replicate(x.rows(), 1);
}

// What comes back through a layer, by the rule of its room.
Reals back_through(const WrittenOut& layer, const Reals& x, const Reals& y, const Reals& y_bar,
                   const std::optional<Reals>& mask) {
  const Shape shape = shape_of(static_cast<int>(x.rows()), static_cast<int>(x.cols()));
  Graph graph;
  std::map<Quantity, NodeId> leaves;
  std::map<NodeId, const Reals*> values;
  const auto leaf = [&](const std::string& name, const Reals& value) {
    const NodeId id = graph.leaf(LeafKind::input, name, shape);
    leaves.emplace(name, id);
    values.emplace(id, &value);
    return Symbol::leaf(name, shape);
  };
  const auto kept = mask ? std::optional(leaf("mask", *mask)) : std::nullopt;
  const LayerOf of = layer_of(layer, leaf("x", x), kept);
  const Symbol x_bar =
      pullback_of(of.operation, of.with, leaf("y_bar", y_bar), leaf("y", y), of.operands).front();
  const NodeId result = graph.append(x_bar, leaves);
  Tape<Uncertain> tape(graph, std::span<const NodeId>{});
  for (const auto& [id, value] : values)
    tape.own_value(id) = value->unaryExpr(
        [](long double v) { return Uncertain(v, std::fabs(static_cast<double>(v))); });
  tape.forward();
  return tape.value(result).unaryExpr([](const Uncertain& v) { return v.value; });
}

// The layers that make y of x, by their values.
std::vector<WrittenOut> layers_between(Search& search, NodeId x, NodeId y) {
  const Graph& graph = search.batch().graph;
  const Reals in = search.value(x, 0).values;
  const Reals out = search.value(y, 0).values;
  std::vector<WrittenOut> made;
  for (const int axis : {0, 1}) {
    const Eigen::Index entries = axis == 0 ? in.rows() : in.cols();
    const Eigen::Index samples = axis == 0 ? in.cols() : in.rows();
    if (entries > 1 && are_same(out, softmax_of(in, axis)))
      made.push_back({x, y, WrittenOut::Layer::softmax, axis});
    if (samples < 3) continue;
    const Reals centred = in - mean_over_samples(in, axis);
    const Reals variance = mean_over_samples(centred.square(), axis);
    for (const auto& epsilon :
         {Rational(0), Rational(1, 100000), Rational(1, 100000000), Rational(1, 1000000),
          Rational(1, 1000), Rational(1, 10000), Rational(1, 10000000)}) {
      if (!are_same(out, centred / (variance + static_cast<long double>(epsilon)).sqrt())) continue;
      made.push_back({x, y, WrittenOut::Layer::batch_norm, axis, epsilon});
      break;
    }
  }
  for (const auto& [name, mask] : search.batch().leaves) {
    if (!(graph[mask].shape == graph[x].shape) || graph[mask].leaf == LeafKind::parameter) continue;
    const Reals kept = search.value(mask, 0).values;
    if (!((kept == 0) || (kept == 1)).all() || kept.minCoeff() == kept.maxCoeff()) continue;
    const long double squares = (in * kept).square().sum();
    if (!(squares > 0)) continue;
    const long double keep = squares / (out * in * kept).sum();
    if (!(keep > 0 && keep < 1)) continue;
    const Rational round(static_cast<int>(std::lround(keep * 1000)), 1000);
    if (round <= 0 || !are_same(out, in * kept / static_cast<long double>(round))) continue;
    made.push_back({x, y, WrittenOut::Layer::dropout, 0, round, mask});
  }
  return made;
}

}  // namespace

std::vector<WrittenOut> find_written_out(Search& search) {
  constexpr std::size_t most_lines = 60;      // with which pairs are looked at
  constexpr long long most_entries = 20'000;  // of a line
  const Graph& graph = search.batch().graph;
  const std::vector<NodeId>& lines = search.batch().lines;
  std::vector<WrittenOut> found;
  if (lines.size() > most_lines) return found;
  const auto can_be = [&](NodeId line) {
    const Shape& shape = graph[line].shape;
    return search.catalogue().back().is_live(line) && shape.count() > 1 &&
           shape.count() <= most_entries;
  };
  Explanation right = search.right();
  for (const NodeId y : lines) {
    const Operation& operation = *graph[y].operation;
    // as an operation it knows its mistakes itself
    if (!can_be(y) || operation.layer != nullptr || !operation.mistakes.empty()) continue;
    for (const NodeId x : lines) {
      if (x >= y || !can_be(x) || !(graph[x].shape == graph[y].shape)) continue;
      for (const WrittenOut& layer : layers_between(search, x, y)) {
        const auto x_bar = search.predicted(right, graph[x].name, 0);
        const auto y_bar = search.predicted(right, graph[y].name, 0);
        if (!x_bar || !y_bar) continue;
        const auto mask =
            layer.mask < 0 ? std::nullopt : std::optional(search.value(layer.mask, 0).values);
        const Reals back = back_through(layer, search.value(x, 0).values, search.value(y, 0).values,
                                        y_bar->values, mask);
        const long double largest = y_bar->values.abs().maxCoeff();
        if ((back - x_bar->values).abs().maxCoeff() <= 1e-9L * largest) found.push_back(layer);
      }
    }
  }
  return found;
}

}  // namespace tracer
