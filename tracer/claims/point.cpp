#include "tracer/claims/point.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tracer/claims/leaf_values.hpp"
#include "tracer/derive/run.hpp"
#include "tracer/error.hpp"
#include "tracer/json_text.hpp"
#include "tracer/number/random.hpp"
#include "tracer/run/leaves.hpp"

namespace tracer {
namespace {

bool samples_are_rows(const Program& program) { return program.data && program.data->rows; }

}  // namespace

Point point_of(const Program& program, const BatchGraph& batch, const std::vector<int>& samples,
               long long step) {
  Leaves<double> leaves(program, batch, {}, nullptr);
  leaves.take(samples, step);
  Point point;
  for (const Leaves<double>::Leaf& leaf : leaves.all()) {
    if (leaf.values == nullptr) {
      throw Error(fmt::format("{} has no number in {}; give it one, there or with --params",
                              leaf.name, program.source->name()));
    }
    point[leaf.name] = leaf.view();
  }
  return point;
}

StepPoint point_of_step(const Program& program, long long step) {
  if (program.symbolic)
    throw Error("a lesson in symbols has no numbers to compare with; give them with --set");
  RunOptions options;
  options.loss_after = false;
  Run run(program, options);
  if (step < 1 || step > run.steps())
    throw Error(fmt::format("there is no step {}: the lesson has {}", step, run.steps()));
  StepPoint made;
  std::vector<int> samples = run.samples_in(1);
  for (long long before = 1; before < step; ++before) {
    const StepRecord record = run.next();
    for (const std::string& name : program.parameters) {
      const auto gradient = record.adjoints.find(record.batch->graph.find(name));
      if (gradient == record.adjoints.end()) continue;
      const auto [sum, first] = made.earlier.try_emplace(name, doubles(gradient->second));
      if (!first) sum->second += doubles(gradient->second);
    }
    samples = run.samples_in(before + 1);
  }
  made.batch = program.graph(program.data ? static_cast<int>(samples.size()) : 1);
  made.point = point_of(program, *made.batch, samples, step);
  if (step > 1) {
    for (const auto& [name, value] : run.parameters()) made.point[name] = doubles(value);
    for (const auto& [name, value] : run.states()) made.point[name] = doubles(value);
  }
  for (const int sample : samples) made.samples.push_back(sample + 1);
  return made;
}

Program at_point(Program program, const BatchGraph& batch, const Point& point) {
  for (const auto& [name, value] : point) {
    if (batch.graph[batch.leaves.at(name)].leaf != LeafKind::data) {
      program.values[name] = leaf_value(value);
      continue;
    }
    const auto at = std::ranges::find(program.data->names, name) - program.data->names.begin();
    program.data->values[static_cast<std::size_t>(at)] = leaf_value(value);
    program.data->count = batch.batch_size;
  }
  if (program.training && program.data) take_all_in_order(*program.training);
  return program;
}

namespace {

// 0.1, -2.0, 1e-05
std::string number(double x) {
  std::string text = fmt::format("{}", x);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string object(const BatchGraph& batch, const Point& point, LeafKind kind) {
  std::string text;
  for (const auto& [name, value] : point) {
    if (batch.graph[batch.leaves.at(name)].leaf != kind) continue;
    text += (text.empty() ? "" : ", ") + json_quoted(name) + ": " + matrix_text(value, number);
  }
  return "{" + text + "}";
}

}  // namespace

std::string matrix_text(const Array<double>& matrix, std::string (*number_text)(double)) {
  if (matrix.size() == 1) return number_text(matrix(0));
  std::vector<std::string> rows;
  for (Eigen::Index i = 0; i < matrix.rows(); ++i) {
    std::vector<std::string> row;
    for (Eigen::Index j = 0; j < matrix.cols(); ++j) row.push_back(number_text(matrix(i, j)));
    rows.push_back(fmt::format("[{}]", fmt::join(row, ", ")));
  }
  return fmt::format("[{}]", fmt::join(rows, ", "));
}

std::string problem_json(const Program& program, const BatchGraph& batch, const Point& point) {
  std::string wanted = program.seed_name.empty() ? json_quoted(program.loss) : "";
  for (const std::string& name : program.wrt) {
    wanted += (wanted.empty() ? "" : ", ") + json_quoted("d" + program.loss + "/d" + name);
  }
  return fmt::format(
      "{{\"schema\": 1, \"loss\": {}, \"batch_size\": {}, \"samples\": \"{}\",\n"
      " \"wanted\": [{}],\n \"params\": {},\n \"data\": {},\n \"inputs\": {},\n \"masks\": {},\n"
      " \"states\": {}}}\n",
      json_quoted(program.loss), batch.batch_size, samples_are_rows(program) ? "rows" : "columns",
      wanted, object(batch, point, LeafKind::parameter), object(batch, point, LeafKind::data),
      object(batch, point, LeafKind::input), object(batch, point, LeafKind::mask),
      object(batch, point, LeafKind::state));
}

// ---- random points: other numbers of the same kind

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

// What must stay as it is. Of the features of samples only classes: pictures between 0 and 1 may be
// anything. A single input of 0 or 1 is a number, several with both of them are a mask.
Entries kind_to_keep(const Program& program, const Node& leaf, const Array<double>& value) {
  if (leaf.leaf == LeafKind::parameter) return Entries::numbers;
  if (leaf.leaf == LeafKind::mask) return Entries::zeros_ones;
  const Entries kind = entries_of(value, program.data && program.data->rows);
  if (leaf.leaf == LeafKind::data) {
    const auto& names = program.data->names;
    if (names.size() > 1 && leaf.name == names.back())  // those of one batch may be of one class
      return entries_of(*program.data, names.size() - 1, 1000);
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
