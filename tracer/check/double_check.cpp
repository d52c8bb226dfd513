// check_by_doubles of float_check.hpp.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "tracer/check/absolute_terms.hpp"
#include "tracer/check/float_check.hpp"
#include "tracer/check/judge.hpp"

namespace tracer {
namespace {

// One entry: a central difference, Richardson's step from h and h/2 to 0, and an estimate of what
// is left. Ridders (1982, Advances in Engineering Software 4) takes the difference between the two
// orders for that; the forward pass's own rounding comes on top.
class DoubleEntry {
 public:
  DoubleEntry(MovedRun<double>& run, Eigen::Index entry) : run_(run), entry_(entry) {}

  /// Nothing: a corner is within every step that is worth taking.
  std::optional<Estimate> slope(double unit) {
    const double size = std::max(1.0, std::abs(run_.chosen()(entry_)));
    std::optional<Estimate> best;
    // 2^-15: h² is 1e-9, and h⁴, which is left, 1e-18. In a large network some corner is within
    // that now and then: an eighth of the step, and again
    for (double h = std::ldexp(size, -15); h > std::ldexp(size, -32); h /= 8) {
      const std::optional<Estimate> here = with_step(h);
      if (!here) {
        narrowed_ = true;
        continue;
      }
      if (!best || here->error < best->error) best = here;
      if (best->error <= unit || narrowed_) break;  // smaller steps lose more digits
    }
    return best;
  }
  bool narrowed() const { return narrowed_; }

 private:
  std::optional<Estimate> with_step(double h) {
    const std::optional<double> wide = central(h);
    const std::optional<double> narrow = wide ? central(h / 2) : std::nullopt;
    if (!narrow) return {};
    const double value = (4 * *narrow - *wide) / 3;
    // a mean of many losses is right to some units in its last place
    const double noise = 8 * 0x1p-53 * std::abs(run_.base()) / h;
    return Estimate{Exact::from_double(value), std::abs(value - *narrow) + noise};
  }

  std::optional<double> central(double h) {
    const auto up = run_.at(entry_, h);
    if (!run_.same_pieces(up)) return {};
    const auto down = run_.at(entry_, -h);
    if (!run_.same_pieces(down)) return {};
    const double slope = (up.result - down.result) / (2 * h);
    if (!std::isfinite(slope)) return {};
    return slope;
  }

  MovedRun<double>& run_;
  Eigen::Index entry_;
  bool narrowed_ = false;
};

}  // namespace

double exact_cost(const CheckedGraph& checked, const ExactCheckOptions& options) {
  const std::vector<NodeId> to{checked.result};
  std::vector<NodeId> all;
  for (NodeId id = 0; id < checked.graph->size(); ++id) all.push_back(id);
  double cost = 2 * cost_of(*checked.graph, all);  // the values, and the absolute terms
  if (options.entries < 0) return cost;            // the entries are chosen by the budget
  for (const NodeId id : checked.wrt) {
    const std::vector<NodeId> from{id};
    const auto entries = static_cast<double>((*checked.graph)[id].shape.count());
    const double wanted =
        options.entries == 0 ? entries : std::min(entries, static_cast<double>(options.entries));
    std::vector<NodeId> below = nodes_between(*checked.graph, from, to);
    // the first product is only corrected: see MovedRun
    std::erase_if(below, [&](NodeId node) {
      const auto& operands = (*checked.graph)[node].operands;
      return std::ranges::count(operands, id) > 0 &&
             (*checked.graph)[node].operation->law == Law::matmul;
    });
    cost += 4 * wanted * cost_of(*checked.graph, below);
  }
  return cost;
}

GradientReport check_by_doubles(const ExactPoint& point, const ExactCheckOptions& options) {
  const CheckedGraph& checked = point.checked;
  MovedRun<double> run(checked);
  GradientReport report;
  // a thousandth of an entry, or a millionth of the largest, is far less than any mistake makes
  Needed needed{1e-3, 0};
  for (const auto& [id, gradient] : point.gradients) {
    for (const Exact& entry : gradient.reshaped())
      needed.absolute = std::max(needed.absolute, 1e-6 * std::abs(entry.to_double()));
  }
  double own_error = 0;
  for (const NodeId id : checked.wrt) {
    const Node& node = (*checked.graph)[id];
    CheckedParameter parameter{node.name, node.shape, node.shape.count(), {}};
    run.choose(id);
    long long wanted = options.entries;
    if (wanted == 0) wanted = parameter.entries;
    // four passes an entry, a thousand multiplications in the time of one over Exact
    const double share = 1000 * options.budget / static_cast<double>(checked.wrt.size());
    if (wanted < 0) wanted = std::max(1LL, static_cast<long long>(share / (4 * run.cost())));
    for (const Eigen::Index k : chosen_entries(static_cast<Eigen::Index>(parameter.entries), wanted,
                                               options.seed, node.name)) {
      CheckedEntry entry;
      entry.row = k % node.shape.rows.count;
      entry.column = k / node.shape.rows.count;
      entry.gradient = point.gradients.at(id)(k);
      entry.unit = point.units.at(id)(k);
      entry.rounding = rounding_units * entry.unit;
      const auto bad = point.not_finite.find(id);
      if (bad != point.not_finite.end() && bad->second(k)) {
        entry.finite = false;
        entry.agreement = Agreement::wrong;
        parameter.checked.push_back(std::move(entry));
        continue;
      }
      DoubleEntry difference(run, k);
      const auto slope = difference.slope(entry.unit);
      entry.narrowed = difference.narrowed();
      if (!slope) {
        entry.agreement = Agreement::no_choice;
      } else if (!judge_equal(entry, slope->value) && !judge(entry, *slope, needed)) {
        entry.agreement = Agreement::undecided;
      }
      own_error = std::max(own_error, entry.reference_error);
      parameter.checked.push_back(std::move(entry));
    }
    report.parameters.push_back(std::move(parameter));
  }
  report.against = fmt::format(
      "central differences in double, extrapolated to h = 0: they are off by {:.1e} at most",
      own_error);
  return report;
}

}  // namespace tracer
