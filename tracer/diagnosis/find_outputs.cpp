#include "tracer/diagnosis/find_outputs.hpp"

#include <algorithm>
#include <cmath>

namespace tracer {
namespace {

Reals softmax_of(const Reals& z, int axis) {
  Reals p(z.rows(), z.cols());
  const auto one = [](const auto& from, auto to) {
    to = (from - from.maxCoeff()).exp();
    to /= to.sum();
  };
  if (axis == 0) {
    for (Eigen::Index j = 0; j < z.cols(); ++j) one(z.col(j), p.col(j));
  } else {
    for (Eigen::Index i = 0; i < z.rows(); ++i) one(z.row(i), p.row(i));
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
