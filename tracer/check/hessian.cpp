#include "tracer/check/hessian.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/graph/backward.hpp"
#include "tracer/number/random.hpp"

namespace tracer {
namespace {

using Direction = std::map<NodeId, Array<Exact>>;

Array<Exact> zeros_like(const Node& node) {
  return Array<Exact>::Constant(node.shape.rows.count, node.shape.columns.count, Exact(0));
}

// Eighths from −1 to 1: rational, so that nothing becomes an interval through them.
Direction random_direction(const CheckedGraph& checked, const std::string& name, unsigned seed) {
  Direction direction;
  for (const NodeId id : checked.wrt) {
    Array<Exact> v = zeros_like((*checked.graph)[id]);
    RandomStream stream(seed, fmt::format("direction {} {}", name, (*checked.graph)[id].name));
    for (Exact& entry : v.reshaped())
      entry = Exact(Rational(static_cast<int>(stream.below(17)) - 8, 8));
    direction.emplace(id, std::move(v));
  }
  return direction;
}

Direction adjoints_of(const Tape<Exact>& tape, const CheckedGraph& checked) {
  Direction found;
  for (const NodeId id : checked.wrt) {
    found.emplace(
        id, tape.reached(id) ? Array<Exact>(tape.adjoint(id)) : zeros_like((*checked.graph)[id]));
  }
  return found;
}

void fill(Tape<Exact>& tape, const CheckedGraph& checked) {
  for (const auto& [leaf, value] : checked.leaves) tape.own_value(leaf) = value;
}

// The engine's gradients anywhere near the point.
class Gradients {
 public:
  Gradients(const CheckedGraph& checked, Working working)
      : checked_(checked), tape_(*checked.graph, checked.wrt, working) {
    fill(tape_, checked);
  }
  Direction at(const Direction& v, const Exact& step) {
    for (const NodeId id : checked_.wrt)
      tape_.own_value(id) = checked_.leaves.at(id) + step * v.at(id);
    tape_.forward();
    if (checked_.seed < 0) {
      tape_.backward(checked_.result);
    } else {
      tape_.backward(checked_.result, tape_.value(checked_.seed));
    }
    return adjoints_of(tape_, checked_);
  }

 private:
  const CheckedGraph& checked_;
  Tape<Exact> tape_;
};

// H·v by a backward pass over the backward pass
Direction hessian_times(const CheckedGraph& checked, const Direction& v, Working working) {
  BackwardGraph back(*checked.graph, checked.result, checked.seed);
  BackwardGraph::Pass pass = back.pass();
  for (const NodeId id : checked.wrt) back.gradient(pass, id);
  Graph graph = back.graph();
  NodeId sum = -1;
  for (const NodeId id : checked.wrt) {
    const NodeId adjoint = back.gradient(pass, id);
    if (adjoint < 0) continue;
    const NodeId factor = graph.constant(v.at(id));
    const NodeId product = graph.apply(operation_for(Law::multiply), {adjoint, factor});
    const NodeId part = graph.apply(operation_for(Law::sum), {product});
    sum = sum < 0 ? part : graph.apply(operation_for(Law::add), {sum, part});
  }
  Tape<Exact> tape(graph, checked.wrt, working);
  fill(tape, checked);
  tape.forward();
  if (sum >= 0) tape.backward(sum);
  return adjoints_of(tape, checked);
}

Exact inner(const Direction& a, const Direction& b) {
  Exact sum = 0;
  for (const auto& [id, values] : a) {
    for (Eigen::Index k = 0; k < values.size(); ++k) sum += values(k) * b.at(id)(k);
  }
  return sum;
}

double largest_entry_of(const Direction& values) {
  double largest = 0;
  for (const auto& [id, array] : values) {
    for (const Exact& entry : array.reshaped()) largest = std::max(largest, magnitude(entry));
  }
  return largest;
}

// A line can't be moved together with the leaves that it is computed from. Returns the names of
// those that are left out.
std::string leave_out_lines(CheckedGraph& checked) {
  std::string names;
  std::erase_if(checked.wrt, [&](NodeId id) {
    const Node& node = (*checked.graph)[id];
    if (!node.is_leaf()) names += (names.empty() ? "" : ", ") + node.name;
    return !node.is_leaf();
  });
  return names;
}

class SecondOrder {
 public:
  SecondOrder(ExactPoint point, Working working, unsigned seed)
      : point_(std::move(point)), working_(working), gradients_(point_.checked, working) {
    const CheckedGraph& checked = point_.checked;
    v_ = random_direction(checked, "v", seed);
    u_ = random_direction(checked, "u", seed);
    hv_ = hessian_times(checked, v_, working);
    hu_ = hessian_times(checked, u_, working);
    scale_ = largest_entry_of(hv_);
    if (scale_ == 0) scale_ = 1;
    step_ = Exact(Rational(1, Integer(1) << (working.bits * 7 / 24)), working);
  }

  /// Nothing: it takes more bits. `last`: there are no more.
  std::optional<GradientReport> report(bool last) {
    const Direction up = gradients_.at(v_, step_);
    const Direction down = gradients_.at(v_, -step_);
    const Direction half_up = gradients_.at(v_, step_ / 2);
    const Direction half_down = gradients_.at(v_, -(step_ / 2));
    GradientReport report;
    for (const NodeId id : point_.checked.wrt) {
      const Node& node = (*point_.checked.graph)[id];
      CheckedParameter parameter{node.name, node.shape, node.shape.count(), {}};
      for (Eigen::Index k = 0; k < up.at(id).size(); ++k) {
        CheckedEntry entry;
        entry.row = k % node.shape.rows.count;
        entry.column = k / node.shape.rows.count;
        entry.gradient = hv_.at(id)(k);
        const Exact& here = point_.gradients.at(id)(k);
        const Exact right = (up.at(id)(k) - here) / step_;
        const Exact left = (here - down.at(id)(k)) / step_;
        const Exact wide = (right + left) / 2;
        const Exact narrow = (half_up.at(id)(k) - half_down.at(id)(k)) / step_;
        // these differ by the third derivative times h, and the fourth times h²; where the gradient
        // jumps the first are infinitely far apart, or the second, where it stands in the middle
        if (magnitude(right - left) > 1e-8 * scale_ || magnitude(wide - narrow) > 1e-8 * scale_) {
          if (!last) return {};
          entry.agreement = Agreement::no_choice;
          entry.slopes = {left, right};
        } else if (!judge_equal(entry, wide) && !judge(entry, {narrow, magnitude(wide - narrow)},
                                                       {.absolute = 1e-20 * scale_})) {
          if (!last) return {};
        }
        parameter.checked.push_back(std::move(entry));
      }
      report.parameters.push_back(std::move(parameter));
    }
    report.parameters.push_back(symmetry());
    return report;
  }

 private:
  CheckedParameter symmetry() const {
    CheckedParameter parameter{"⟨u, H·v⟩ = ⟨v, H·u⟩", scalar_shape, 1, {}};
    CheckedEntry entry;
    entry.gradient = inner(u_, hv_);
    const Exact other = inner(v_, hu_);
    if (!judge_equal(entry, other)) judge(entry, {other, 0}, {.absolute = 1e-20 * scale_});
    parameter.checked.push_back(std::move(entry));
    return parameter;
  }

  ExactPoint point_;
  Working working_;
  Gradients gradients_;
  Direction v_, u_, hv_, hu_;
  double scale_ = 1;
  Exact step_;
};

}  // namespace

GradientReport check_second_order(const std::function<ExactPoint(Working)>& at,
                                  const ExactCheckOptions& options) {
  constexpr int most =
      768;  // a gradient that jumps jumps at every step: three are enough to say so
  for (int bits = options.bits;; bits = std::min(2 * bits, options.most_bits)) {
    const bool last = 2 * bits > std::min(most, options.most_bits);
    const Working working{bits, options.rational_bits};
    try {
      ExactPoint point = at(working);
      const std::string lines = leave_out_lines(point.checked);
      if (auto report = SecondOrder(std::move(point), working, options.seed).report(last)) {
        report->order = 2;
        if (!lines.empty()) {
          report->remarks.push_back(fmt::format(
              "Of {} there is no second derivative here: leaves are moved, and lines follow.",
              lines));
        }
        report->against = fmt::format(
            "(g(w + h·v) − g(w − h·v))/2h over Exact, v random, h = 2^-{}", bits * 7 / 24);
        return std::move(*report);
      }
    } catch (const Undecided&) {
      if (bits >= options.most_bits) throw;
    }
  }
}

}  // namespace tracer
