#include "tracer/check/absolute_terms.hpp"

#include <cmath>
#include <limits>

#include "tracer/graph/backward.hpp"

namespace tracer {
namespace {

template <class S>
constexpr double unit = static_cast<double>(std::numeric_limits<S>::epsilon()) / 2;

// The whole backward pass over S: its values, node by node.
template <class S>
std::unique_ptr<Tape<S>> run_over(const Graph& graph, const CheckedGraph& checked) {
  auto tape = std::make_unique<Tape<S>>(graph, std::span<const NodeId>{}, Working{192, 4096});
  for (const auto& [leaf, value] : checked.leaves)
    tape->own_value(leaf) = values_over<S>(value, Working{192, 4096});
  tape->forward();
  return tape;
}

double distance(double computed, double right) { return std::abs(computed - right); }
double distance(double computed, const Exact& right) {
  return std::abs((Exact::from_double(computed) - right).to_double());
}

// Goes through the part of the pass that is linear in the adjoints, with absolute values. Every
// node there has the sum of its absolute terms, and how far it may be off in units of the
// roundoff, to first order: of a product ȳ·c
//   terms    |ȳ|·|c|
//   off      off(ȳ)·|c| + |ȳ|·off(c)
// Of the nodes that are not in that part, the values c of the forward pass and what is made of them
// alone, both are given.
class AbsolutePass {
 public:
  AbsolutePass(const Graph& graph, NodeId start, const std::vector<bool>& linear)
      : graph_(graph),
        start_(start),
        linear_(linear),
        terms_(graph, {}),
        off_(graph, {}),
        mixed_(graph, {}) {}

  void set(NodeId c, const Array<double>& size, const Array<double>& off) {
    terms_.own_value(c) = size;
    off_.own_value(c) = size;   // so that an operation on off_ gives off(ȳ)·|c|
    mixed_.own_value(c) = off;  // and one on mixed_ |ȳ|·off(c)
  }
  void set_start() {
    const ConstView<double> start = terms_.value(start_);
    mixed_.own_value(start_) = start;
    off_.own_value(start_) = start;  // one rounding
  }

  void run() {
    for (NodeId id = start_ + 1; id < graph_.size(); ++id) {
      if (!linear_[static_cast<std::size_t>(id)]) continue;
      compute(terms_, id);
      compute(off_, id);
      const Node& node = graph_[id];
      const bool times_c =
          node.operands.size() == 2 &&
          is_linear_in_adjoints(node.operands[0]) != is_linear_in_adjoints(node.operands[1]) &&
          node.operation->law != Law::add && node.operation->law != Law::subtract;
      if (times_c) {
        compute(mixed_, id);
        off_.own_value(id) += mixed_.value(id);
      }
      mixed_.own_value(id) = terms_.value(id);
    }
  }

  AbsoluteTerms of(NodeId id) const { return {terms_.value(id), off_.value(id)}; }

 private:
  bool is_linear_in_adjoints(NodeId id) const { return linear_[static_cast<std::size_t>(id)]; }

  // Sums and products of what is not negative are themselves; only what subtracts is another rule,
  // and 1/c is off by off(c)/c².
  void compute(Tape<double>& tape, NodeId id) const {
    const Node& node = graph_[id];
    const auto operand = [&](std::size_t o) { return tape.value(node.operands[o]); };
    if (node.operation->law == Law::subtract) {
      tape.own_value(id) = operand(0) + operand(1);
    } else if (node.operation->law == Law::negate) {
      tape.own_value(id) = operand(0);
    } else if (node.operation->law == Law::divide && &tape == &mixed_) {
      const ConstView<double> size = terms_.value(node.operands[1]);
      tape.own_value(id) = operand(0) * operand(1) / (size * size);
    } else {
      const std::vector<NodeId> one{id};
      tape.forward(one);
    }
  }

  const Graph& graph_;
  NodeId start_;  // the adjoint of the result
  const std::vector<bool>& linear_;
  Tape<double> terms_, off_, mixed_;
};

// Which nodes are linear in the adjoints: all that are made of one.
std::vector<bool> linear_nodes(const Graph& graph, NodeId start) {
  std::vector<bool> linear(static_cast<std::size_t>(graph.size()), false);
  linear[static_cast<std::size_t>(start)] = true;
  for (NodeId id = start + 1; id < graph.size(); ++id) {
    for (const NodeId operand : graph[id].operands) {
      if (linear[static_cast<std::size_t>(operand)]) linear[static_cast<std::size_t>(id)] = true;
    }
  }
  return linear;
}

template <class S, class Right>
std::map<NodeId, AbsoluteTerms> terms_against(const CheckedGraph& checked) {
  BackwardGraph back(*checked.graph, checked.result, checked.seed);
  BackwardGraph::Pass pass = back.pass();
  const NodeId start = back.gradient(pass, checked.result);
  std::map<NodeId, NodeId> adjoints;
  for (const NodeId id : checked.wrt) adjoints.emplace(id, back.gradient(pass, id));
  const Graph& graph = back.graph();
  const std::vector<bool> linear = linear_nodes(graph, start);
  const auto computed = run_over<S>(graph, checked);
  const auto right = run_over<Right>(graph, checked);
  AbsolutePass absolute(graph, start, linear);
  for (NodeId id = 0; id < graph.size(); ++id) {
    if (linear[static_cast<std::size_t>(id)] && id != start) continue;
    const ConstView<S> c = computed->value(id);
    const ConstView<Right> r = right->value(id);
    Array<double> size(c.rows(), c.cols());
    Array<double> off(c.rows(), c.cols());
    for (Eigen::Index k = 0; k < c.size(); ++k) {
      size(k) = std::abs(static_cast<double>(r(k)));
      off(k) = distance(static_cast<double>(c(k)), r(k)) / unit<S>;
    }
    absolute.set(id, size, off);
  }
  absolute.set_start();
  absolute.run();
  std::map<NodeId, AbsoluteTerms> terms;
  for (const auto& [id, adjoint] : adjoints) {
    const Shape& shape = graph[id].shape;
    const Array<double> zeros = Array<double>::Zero(shape.rows.count, shape.columns.count);
    terms.emplace(id, adjoint < 0 ? AbsoluteTerms{zeros, zeros} : absolute.of(adjoint));
  }
  return terms;
}

}  // namespace

template <class S>
std::map<NodeId, AbsoluteTerms> absolute_terms(const CheckedGraph& checked, bool exactly) {
  return exactly ? terms_against<S, Exact>(checked) : terms_against<S, double>(checked);
}

template std::map<NodeId, AbsoluteTerms> absolute_terms<float>(const CheckedGraph&, bool);
template std::map<NodeId, AbsoluteTerms> absolute_terms<double>(const CheckedGraph&, bool);

}  // namespace tracer
