#include "tracer/check/moved_run.hpp"

#include <algorithm>

#include "tracer/op/all.hpp"

namespace tracer {

template <class S>
Array<S> values_over(const Array<Exact>& values, Working working) {
  return values.unaryExpr([&](const Exact& x) -> S {
    if constexpr (std::is_same_v<S, Exact>) {
      return working.bits > 0 ? x.with(working) : x;
    } else {
      return static_cast<S>(x);
    }
  });
}

template Array<float> values_over<float>(const Array<Exact>&, Working);
template Array<double> values_over<double>(const Array<Exact>&, Working);
template Array<Exact> values_over<Exact>(const Array<Exact>&, Working);

template <class S>
MovedRun<S>::MovedRun(const CheckedGraph& checked, Working working)
    : apart_(with_corners_in_sight(*checked.graph)),
      result_(image(checked.result)),
      seed_(checked.seed < 0 ? -1 : image(checked.seed)),
      checked_(checked),
      tape_(apart_.graph, {}, working) {
  for (const auto& [leaf, value] : checked.leaves)
    tape_.own_value(image(leaf)) = values_over<S>(value, working);
  tape_.forward();
  base_ = result();
}

// Σ seed ⊙ result
template <class S>
S MovedRun<S>::result() const {
  const ConstView<S> value = tape_.value(result_);
  if (seed_ < 0) return value(0, 0);
  const ConstView<S> seed = tape_.value(seed_);
  S sum(0);
  for (Eigen::Index k = 0; k < value.size(); ++k) sum += seed(k) * value(k);
  return sum;
}

template <class S>
void MovedRun<S>::put_back() {
  if (chosen_ < 0) return;
  tape_.own_value(chosen_) = original_;
  for (const Product& product : products_) tape_.own_value(product.node) = product.base;
  tape_.forward(below_);
}

template <class S>
void MovedRun<S>::choose(NodeId wrt) {
  put_back();
  chosen_ = image(wrt);
  original_ = tape_.value(chosen_);
  const Graph& graph = apart_.graph;
  const std::vector<NodeId> from{chosen_};
  std::vector<NodeId> to{result_};
  std::vector<NodeId> between = nodes_between(graph, from, to);
  std::erase(between, chosen_);
  products_.clear();
  below_.clear();
  for (const NodeId id : between) {
    const Node& node = graph[id];
    if (node.operation->law == Law::matmul) {
      const int operand = node.operands[0] == chosen_ ? 0 : 1;
      const NodeId other = node.operands[operand == 0 ? 1 : 0];
      const bool moves = other == chosen_ || std::ranges::binary_search(between, other);
      if (node.operands[static_cast<std::size_t>(operand)] == chosen_ && !moves) {
        products_.push_back({id, operand, tape_.value(id)});
        continue;
      }
    }
    below_.push_back(id);
  }
  corners_ = nodes_with_corners(graph, between);
  base_sides_ = sides(graph, tape_, corners_);
  unsure_ = std::ranges::count(base_sides_, Side::unsure) > 0;
  cost_ = cost_of(graph, below_) + 1;
  for (const Product& product : products_)
    cost_ += product.operand == 0 ? static_cast<double>(product.base.cols())
                                  : static_cast<double>(product.base.rows());
}

template <class S>
typename MovedRun<S>::Moved MovedRun<S>::at(Eigen::Index entry, const S& step) {
  const Eigen::Index i = entry % original_.rows();
  const Eigen::Index j = entry / original_.rows();
  View<S> place = tape_.own_value(chosen_);
  place(i, j) = original_(i, j) + step;
  for (const Product& product : products_) {
    const Node& node = apart_.graph[product.node];
    View<S> y = tape_.own_value(product.node);
    const ConstView<S> other = tape_.value(node.operands[product.operand == 0 ? 1 : 0]);
    if (product.operand == 0) {
      for (Eigen::Index k = 0; k < y.cols(); ++k) y(i, k) = product.base(i, k) + step * other(j, k);
    } else {
      for (Eigen::Index k = 0; k < y.rows(); ++k) y(k, j) = product.base(k, j) + step * other(k, i);
    }
  }
  const auto restore = [&] {
    place(i, j) = original_(i, j);
    for (const Product& product : products_) {
      View<S> y = tape_.own_value(product.node);
      if (product.operand == 0) {
        y.row(i) = product.base.row(i);
      } else {
        y.col(j) = product.base.col(j);
      }
    }
  };
  try {
    tape_.forward(below_);
  } catch (...) {
    restore();
    throw;
  }
  Moved moved{result(), sides(apart_.graph, tape_, corners_)};
  restore();
  return moved;
}

template <class S>
bool MovedRun<S>::same_pieces(const Moved& moved) const {
  for (std::size_t k = 0; k < base_sides_.size(); ++k) {
    if (moved.sides[k] == Side::unsure) return false;
    if (base_sides_[k] != Side::on && moved.sides[k] != base_sides_[k]) return false;
  }
  return true;
}

template <class S>
bool MovedRun<S>::leaves_corner(const Moved& moved) const {
  for (std::size_t k = 0; k < base_sides_.size(); ++k) {
    if (base_sides_[k] == Side::on && moved.sides[k] != Side::on) return true;
  }
  return false;
}

template <class S>
std::vector<CornerMet> MovedRun<S>::corners() const {
  if constexpr (std::is_same_v<S, Exact>) {
    return corners_met(apart_, tape_, checked_.wrt, checked_.result);
  } else {
    return {};
  }
}

template class MovedRun<float>;
template class MovedRun<double>;
template class MovedRun<Exact>;

}  // namespace tracer
