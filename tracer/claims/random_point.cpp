// Random points: other numbers of the same kind.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "tracer/claims/leaf_values.hpp"
#include "tracer/claims/point.hpp"
#include "tracer/number/random.hpp"

namespace tracer {
namespace {

// how many terms are added for each entry of a product with this leaf; 1 where it is in none
double fan_in(const Graph& graph, NodeId leaf) {
  for (NodeId id = 0; id < graph.size(); ++id) {
    const Node& node = graph[id];
    if (node.is_leaf() || node.operation->law != Law::matmul) continue;
    for (const NodeId operand : node.operands) {
      const bool direct = operand == leaf;
      const bool turned = !graph[operand].is_leaf() && graph[operand].operands[0] == leaf;
      if (direct || turned) return graph[node.operands[0]].shape.columns.count;
    }
  }
  return 1;
}

class Drawer {
 public:
  Drawer(std::uint64_t seed, const std::string& name, Draw draw)
      : stream_(seed, "point " + name), draw_(draw) {}

  Array<double> numbers(const Array<double>& like, double size) {
    return drawn(like, [&](double old) {
      const auto number = static_cast<float>(stream_.normal() * size);
      const float signed_as_old = old < 0 ? -std::abs(number) : std::abs(number);
      return static_cast<double>(draw_ == Draw::keeping_signs && old != 0 ? signed_as_old : number);
    });
  }
  Array<double> either(const Array<double>& like, double one, double other) {
    return drawn(like, [&](double) { return stream_.below(2) == 0 ? one : other; });
  }
  Array<double> probabilities(const Array<double>& like) {
    // not 0 and not 1: their logarithms may be asked for
    return drawn(like,
                 [&](double) { return (static_cast<double>(stream_.below(1022)) + 1) / 1024; });
  }
  // one column a sample
  Array<double> one_hot(const Array<double>& like) {
    Array<double> made = Array<double>::Zero(like.rows(), like.cols());
    for (Eigen::Index k = 0; k < like.cols(); ++k)
      made(static_cast<Eigen::Index>(stream_.below(static_cast<std::uint64_t>(like.rows()))), k) =
          1;
    return made;
  }
  // n numbers that add up to exactly 1: 1024 balls in n urns, none of them empty where that goes
  Array<double> shares(const Array<double>& like) {
    constexpr int balls = 1024;
    const auto urns = static_cast<std::uint64_t>(like.rows());
    Array<double> made = Array<double>::Constant(like.rows(), like.cols(), urns < balls ? 1 : 0);
    for (Eigen::Index k = 0; k < like.cols(); ++k) {
      for (int left = balls - static_cast<int>(made.col(k).sum()); left > 0; --left)
        made(static_cast<Eigen::Index>(stream_.below(urns)), k) += 1;
    }
    return made / balls;
  }

 private:
  template <class One>
  static Array<double> drawn(const Array<double>& like, const One& one) {
    Array<double> made(like.rows(), like.cols());
    for (Eigen::Index k = 0; k < made.size(); ++k) made(k) = one(like(k));
    return made;
  }

  RandomStream stream_;
  Draw draw_;
};

// by what the value is now
Array<double> of_the_same_kind(Drawer& drawer, Entries kind, const Array<double>& like) {
  switch (kind) {
    case Entries::one_hot:
      return drawer.one_hot(like);
    case Entries::zeros_ones:
      return drawer.either(like, 0, 1);
    case Entries::signs:
      return drawer.either(like, -1, 1);
    case Entries::shares:
      return drawer.shares(like);
    case Entries::probabilities:
      return drawer.probabilities(like);
    case Entries::numbers:
      break;
  }
  return drawer.numbers(like, 1);
}

// The kind of a target, from many samples: those of one batch may all be of one class.
Entries kind_of_target(const Samples& data) {
  std::vector<int> some(static_cast<std::size_t>(std::min(data.count, 1000)));
  std::iota(some.begin(), some.end(), 0);
  const Array<Exact> values = exact_value(data.batch(data.names.size() - 1, some));
  return entries_of(values.unaryExpr([](const Exact& x) { return x.to_double(); }), data.rows);
}

// What must stay as it is. Of the features of samples only classes: pictures between 0 and 1 may be
// anything. A single input of 0 or 1 is a number, several with both of them are a mask.
Entries kind_to_keep(const Program& program, const Node& leaf, const Array<double>& value) {
  if (leaf.leaf == LeafKind::parameter) return Entries::numbers;
  if (leaf.leaf == LeafKind::mask) return Entries::zeros_ones;
  const Entries kind = entries_of(value, program.data && program.data->rows);
  if (leaf.leaf == LeafKind::data) {
    const auto& names = program.data->names;
    if (names.size() > 1 && leaf.name == names.back()) return kind_of_target(*program.data);
    return kind == Entries::one_hot ? kind : Entries::numbers;
  }
  const bool has_both = (value == 0).any() && (value == 1).any();
  return kind == Entries::one_hot || (kind == Entries::zeros_ones && has_both) ? kind
                                                                               : Entries::numbers;
}

}  // namespace

Point random_point(const Program& program, const BatchGraph& batch, const Point& like,
                   std::uint64_t seed, Draw draw) {
  Point made;
  for (const auto& [name, old] : like) {
    const NodeId id = batch.leaves.at(name);
    const Node& leaf = batch.graph[id];
    Drawer drawer(seed, name, draw);
    const Entries kind = kind_to_keep(program, leaf, old);
    if (leaf.leaf == LeafKind::state) {
      made[name] = old;
    } else if (kind == Entries::numbers) {
      const bool is_weight = leaf.leaf == LeafKind::parameter;
      made[name] = drawer.numbers(old, is_weight ? 1 / std::sqrt(fan_in(batch.graph, id)) : 1);
    } else {
      // the drawer has samples in columns
      const bool turned = program.data && program.data->rows;
      made[name] = of_the_same_kind(drawer, kind, turned ? Array<double>(old.transpose()) : old);
      if (turned) made[name].transposeInPlace();
    }
  }
  return made;
}

}  // namespace tracer
