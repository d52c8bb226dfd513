#include "tracer/check/absolute_terms.hpp"

#include <cmath>
#include <limits>

#include "tracer/check/hessian.hpp"

namespace tracer {
namespace {

template <class S>
constexpr double unit = static_cast<double>(std::numeric_limits<S>::epsilon()) / 2;

// The whole backward pass over S: its values, node by node.
template <class S>
std::unique_ptr<Tape<S>> run_over(const BackwardPass& pass, const CheckedGraph& checked) {
  auto tape = std::make_unique<Tape<S>>(pass.graph, std::span<const NodeId>{}, Working{192, 4096});
  for (const auto& [leaf, value] : checked.leaves)
    tape->value(leaf) = values_over<S>(value, Working{192, 4096});
  tape->forward();
  return tape;
}

// |right| + |computed − right| in units of the roundoff
template <class S>
double magnitude_of(S computed, double right) {
  return std::abs(right) + std::abs(static_cast<double>(computed) - right) / unit<S>;
}
template <class S>
double magnitude_of(S computed, const Exact& right) {
  const Exact off = Exact::from_double(static_cast<double>(computed)) - right;
  return std::abs(right.to_double()) + std::abs(off.to_double()) / unit<S>;
}

// Goes through the part of the pass that is linear in the adjoints, with absolute values in place
// of values; those of the nodes that are not in that part are given.
class AbsolutePass {
 public:
  AbsolutePass(const BackwardPass& pass, std::vector<bool> linear)
      : pass_(pass), linear_(std::move(linear)), tape_(pass.graph, {}) {}

  void set(NodeId node, const Array<double>& magnitudes) { tape_.value(node) = magnitudes; }
  /// Of what is divided by: the magnitudes of 1/value.
  void set_inverse(NodeId node, Array<double> magnitudes) {
    inverse_[node] = std::move(magnitudes);
  }

  void run() {
    for (NodeId id = pass_.start; id < pass_.graph.size(); ++id) {
      if (linear_[static_cast<std::size_t>(id)] && !pass_.graph[id].is_leaf()) step(id);
    }
  }

  Array<double> value(NodeId id) const { return tape_.value(id); }

 private:
  // Sums and products of what is not negative are themselves; only what subtracts is another rule.
  void step(NodeId id) {
    const Node& node = pass_.graph[id];
    const auto operand = [&](std::size_t o) {
      return std::as_const(tape_).value(node.operands[o]);
    };
    switch (node.operation->law) {
      case Law::subtract:
        tape_.value(id) = operand(0) + operand(1);
        return;
      case Law::negate:
        tape_.value(id) = operand(0);
        return;
      case Law::divide:
        tape_.value(id) = operand(0) * inverse_.at(node.operands[1]);
        return;
      default: {
        const std::vector<NodeId> one{id};
        tape_.forward(one);
      }
    }
  }

  const BackwardPass& pass_;
  std::vector<bool> linear_;
  Tape<double> tape_;
  std::map<NodeId, Array<double>> inverse_;
};

template <class S, class Right>
std::map<NodeId, Array<double>> terms_against(const CheckedGraph& checked) {
  const BackwardPass pass =
      backward_pass(*checked.graph, checked.result, checked.seed, checked.wrt);
  const auto count = static_cast<std::size_t>(pass.graph.size());
  std::vector<bool> linear(count, false);
  linear[static_cast<std::size_t>(pass.start)] = true;
  std::vector<bool> divisor(count, false);
  for (NodeId id = pass.start + 1; id < pass.graph.size(); ++id) {
    const Node& node = pass.graph[id];
    for (const NodeId operand : node.operands) {
      if (operand >= pass.start && linear[static_cast<std::size_t>(operand)])
        linear[static_cast<std::size_t>(id)] = true;
    }
    if (linear[static_cast<std::size_t>(id)] && node.operation->law == Law::divide)
      divisor[static_cast<std::size_t>(node.operands[1])] = true;
  }
  const auto computed = run_over<S>(pass, checked);
  const auto right = run_over<Right>(pass, checked);
  AbsolutePass absolute(pass, linear);
  for (NodeId id = 0; id < pass.graph.size(); ++id) {
    const bool is_start = id == pass.start;
    if (linear[static_cast<std::size_t>(id)] && !is_start) continue;
    const ConstView<S> c = std::as_const(*computed).value(id);
    const ConstView<Right> r = std::as_const(*right).value(id);
    Array<double> magnitudes(c.rows(), c.cols());
    for (Eigen::Index k = 0; k < c.size(); ++k) magnitudes(k) = magnitude_of<S>(c(k), r(k));
    absolute.set(id, magnitudes);
    if (!divisor[static_cast<std::size_t>(id)]) continue;
    // 1/c is off 1/r by (c − r)/r², to first order
    for (Eigen::Index k = 0; k < c.size(); ++k) {
      const auto size = std::abs(static_cast<double>(r(k)));
      magnitudes(k) /= size * size;
    }
    absolute.set_inverse(id, std::move(magnitudes));
  }
  absolute.run();
  std::map<NodeId, Array<double>> terms;
  for (const NodeId id : checked.wrt) {
    const auto found = pass.adjoint.find(id);
    const Shape& shape = (*checked.graph)[id].shape;
    terms.emplace(id, found == pass.adjoint.end()
                          ? Array<double>::Zero(shape.rows.count, shape.columns.count).eval()
                          : absolute.value(found->second));
  }
  return terms;
}

}  // namespace

template <class S>
std::map<NodeId, Array<double>> absolute_terms(const CheckedGraph& checked, bool exactly) {
  return exactly ? terms_against<S, Exact>(checked) : terms_against<S, double>(checked);
}

template std::map<NodeId, Array<double>> absolute_terms<float>(const CheckedGraph&, bool);
template std::map<NodeId, Array<double>> absolute_terms<double>(const CheckedGraph&, bool);

}  // namespace tracer
