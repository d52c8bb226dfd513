#include "tracer/check/exact_check.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include <fmt/format.h>

#include "tracer/check/absolute_terms.hpp"
#include "tracer/check/judge.hpp"
#include "tracer/error.hpp"
#include "tracer/number/random.hpp"

namespace tracer {

std::vector<Eigen::Index> chosen_entries(Eigen::Index count, long long wanted, unsigned seed,
                                         const std::string& name) {
  std::vector<Eigen::Index> entries(static_cast<std::size_t>(count));
  std::iota(entries.begin(), entries.end(), 0);
  if (wanted >= count) return entries;
  RandomStream stream(seed, "check " + name);
  // the first `wanted` of a permutation (Fisher & Yates)
  for (Eigen::Index k = 0; k < wanted; ++k) {
    const auto other =
        k + static_cast<Eigen::Index>(stream.below(static_cast<std::uint64_t>(count - k)));
    std::swap(entries[static_cast<std::size_t>(k)], entries[static_cast<std::size_t>(other)]);
  }
  entries.resize(static_cast<std::size_t>(wanted));
  std::ranges::sort(entries);
  return entries;
}

namespace {

// One entry at one precision. Nothing: it takes more bits, and a smaller step.
class EntryCheck {
 public:
  EntryCheck(MovedRun<Exact>& run, Eigen::Index entry, const Exact& gradient, double unit,
             double scale, Working working)
      : run_(run), entry_(entry), scale_(scale) {
    found_.row = entry % run.chosen().rows();
    found_.column = entry / run.chosen().rows();
    found_.gradient = gradient;
    found_.unit = unit;
    found_.rounding = rounding_units * unit;
    // 56 of 192 bits: the difference errs by h², and loses as many bits as h has
    step_ = Exact(Rational(1, Integer(1) << (working.bits * 7 / 24)), working);
  }

  bool crossed() const { return crossed_; }  ///< a corner, which is why there is no result
  std::optional<CheckedEntry> result() {
    try {
      if (run_.unsure()) return {};
      const auto up = run_.at(entry_, step_);
      const auto down = run_.at(entry_, -step_);
      const bool whole = !run_.on_corner();
      if (!run_.same_pieces(up) || !run_.same_pieces(down)) {
        crossed_ = true;
        return {};
      }
      return whole ? smooth(up.result, down.result) : on_corner(up, down);
    } catch (const NodeUndecided&) {
      return {};
    } catch (const NodeError&) {  // √x at 0 has a value on one side only
      found_.agreement = Agreement::edge;
      return found_;
    }
  }

 private:
  Exact half() const { return step_ / 2; }

  std::optional<CheckedEntry> smooth(const Exact& up, const Exact& down) {
    const Exact first = (up - down) / (2 * step_);
    if (judge_equal(found_, first)) return found_;
    const Exact second = (run_.at(entry_, half()).result - run_.at(entry_, -half()).result) / step_;
    // the error of the second is a third of what is between the two: h² against h²/4
    if (!judge(found_, {second, magnitude(first - second)}, {.absolute = 1e-20 * scale_}))
      return {};
    return found_;
  }

  // The slope of one side by three points, which errs by L‴h²/12 (h: with its sign). Nothing: there
  // is another corner on the way.
  std::optional<Estimate> from_one_side(const Exact& h, const MovedRun<Exact>::Moved& at_h) {
    const auto at_half = run_.at(entry_, h / 2);
    const auto at_quarter = run_.at(entry_, h / 4);
    if (at_half.sides != at_h.sides || at_quarter.sides != at_h.sides) return {};
    const Exact& here = run_.base();
    const Exact wide = (4 * at_half.result - at_h.result - 3 * here) / h;
    const Exact narrow = (4 * at_quarter.result - at_half.result - 3 * here) / (h / 2);
    return Estimate{narrow, magnitude(wide - narrow)};
  }

  std::optional<CheckedEntry> on_corner(const MovedRun<Exact>::Moved& up,
                                        const MovedRun<Exact>::Moved& down) {
    const std::optional<Estimate> from_right = from_one_side(step_, up);
    const std::optional<Estimate> from_left = from_one_side(-step_, down);
    if (!from_right || !from_left) return {};
    const Estimate& right = *from_right;
    const Estimate& left = *from_left;
    const Exact jump = right.value - left.value;
    const double error = 2 * (right.error + left.error) + width(jump);
    // this entry moves nothing over the corner, or the two sides have one slope
    if (magnitude(jump) <= error) return smooth(up.result, down.result);
    found_.slopes = {left.value, right.value};
    const double low = std::min(left.value.to_double(), right.value.to_double());
    const double high = std::max(left.value.to_double(), right.value.to_double());
    const double gradient = found_.gradient.to_double();
    const double slack = error + found_.rounding + 1e-15 * (std::abs(low) + std::abs(high));
    found_.reference = gradient < low ? (low == left.value.to_double() ? left : right).value
                                      : (high == left.value.to_double() ? left : right).value;
    if (gradient >= low - slack && gradient <= high + slack) {
      found_.agreement = Agreement::corner;
      return found_;
    }
    found_.error = magnitude(found_.gradient - found_.reference);
    found_.allowed = slack;
    found_.agreement = Agreement::wrong;
    return found_;
  }

  MovedRun<Exact>& run_;
  Eigen::Index entry_;
  double scale_;
  Exact step_;
  CheckedEntry found_;
  bool crossed_ = false;
};

double largest_of(const std::map<NodeId, Array<Exact>>& gradients) {
  double largest = 0;
  for (const auto& [id, gradient] : gradients) {
    for (const Exact& entry : gradient.reshaped()) largest = std::max(largest, magnitude(entry));
  }
  return largest;
}

class ExactChecker {
 public:
  ExactChecker(const std::function<ExactPoint(Working)>& at, const ExactCheckOptions& options)
      : at_(at), options_(options) {}

  GradientReport result() {
    for (int bits = options_.bits;; bits = std::min(2 * bits, options_.most_bits)) {
      try {
        pass({bits, options_.rational_bits});
      } catch (const Undecided&) {
        if (bits >= options_.most_bits) throw;
        continue;
      }
      const bool done = std::ranges::all_of(pending_, [](const auto& p) { return p.empty(); });
      if (done || bits >= options_.most_bits) break;
    }
    report_.against =
        fmt::format("central differences over Exact, h = 2^-{} ≈ {:.1e}", options_.bits * 7 / 24,
                    std::ldexp(1.0, -(options_.bits * 7 / 24)));
    return std::move(report_);
  }

 private:
  // everything that is still to be compared, at this precision
  void pass(Working working) {
    const ExactPoint point = at_(working);
    MovedRun<Exact> run(point.checked, working);
    const Graph& graph = *point.checked.graph;
    const bool first = report_.parameters.empty();
    if (first) begin(point, run);
    double scale = largest_of(point.gradients);
    if (scale == 0) scale = 1 + magnitude(run.base());
    for (std::size_t p = 0; p < point.checked.wrt.size(); ++p) {
      const NodeId id = point.checked.wrt[p];
      if (!first && pending_[p].empty()) continue;
      run.choose(id);
      CheckedParameter& parameter = report_.parameters[p];
      if (first) pending_[p] = entries(run, parameter, point.checked.wrt.size());
      std::vector<Eigen::Index> remaining;
      for (const Eigen::Index entry : pending_[p]) {
        const Exact& gradient = point.gradients.at(id).reshaped()(entry);
        const auto units = point.units.find(id);
        const double unit = units == point.units.end() ? 0 : units->second(entry);
        std::optional<CheckedEntry> checked;
        if (!is_finite(point, id, entry)) {
          checked = not_finite(graph[id], entry);
        } else {
          EntryCheck check(run, entry, gradient, unit, scale, working);
          checked = check.result();
          if (check.crossed()) crossed_[p].insert(entry);
        }
        if (!checked && working.bits < options_.most_bits) {
          remaining.push_back(entry);
          continue;
        }
        if (!checked) {
          checked = entry_of(graph[id], entry);
          checked->gradient = gradient;
        }
        checked->narrowed = crossed_[p].contains(entry);
        parameter.checked.push_back(std::move(*checked));
      }
      pending_[p] = std::move(remaining);
      std::ranges::sort(parameter.checked, {}, [](const CheckedEntry& e) {
        return std::pair{e.column, e.row};
      });
    }
  }

  void begin(const ExactPoint& point, const MovedRun<Exact>& run) {
    const Graph& graph = *point.checked.graph;
    for (const NodeId id : point.checked.wrt) {
      report_.parameters.push_back({graph[id].name, graph[id].shape, graph[id].shape.count(), {}});
    }
    pending_.resize(point.checked.wrt.size());
    crossed_.resize(point.checked.wrt.size());
    report_.corners_known = true;
    for (const CornerMet& met : run.corners()) {
      NodeId line = met.node;
      while (line + 1 < graph.size() && !graph[line].is_named()) ++line;
      report_.corners.push_back(
          {graph[line].is_named() ? fmt::format("{} in {}", met.operation->name, graph[line].name)
                                  : std::string(met.operation->name),
           static_cast<long long>(met.on.size()), static_cast<long long>(met.unsure.size())});
    }
  }

  std::vector<Eigen::Index> entries(const MovedRun<Exact>& run, const CheckedParameter& parameter,
                                    std::size_t parameters) const {
    long long wanted = options_.entries;
    if (wanted == 0) wanted = parameter.entries;
    if (wanted < 0) {
      // four forward passes an entry
      const double share = options_.budget / static_cast<double>(parameters);
      wanted = std::max(1LL, static_cast<long long>(share / (4 * run.cost())));
    }
    return chosen_entries(static_cast<Eigen::Index>(parameter.entries), wanted, options_.seed,
                          parameter.name);
  }

  static CheckedEntry entry_of(const Node& node, Eigen::Index entry) {
    CheckedEntry checked;
    checked.row = entry % node.shape.rows.count;
    checked.column = entry / node.shape.rows.count;
    return checked;
  }

  static bool is_finite(const ExactPoint& point, NodeId id, Eigen::Index entry) {
    const auto found = point.not_finite.find(id);
    return found == point.not_finite.end() || !found->second(entry);
  }

  static CheckedEntry not_finite(const Node& node, Eigen::Index entry) {
    CheckedEntry checked = entry_of(node, entry);
    checked.finite = false;
    checked.agreement = Agreement::wrong;
    return checked;
  }

  const std::function<ExactPoint(Working)>& at_;
  const ExactCheckOptions& options_;
  GradientReport report_;
  std::vector<std::vector<Eigen::Index>> pending_;  // of each parameter
  std::vector<std::set<Eigen::Index>> crossed_;     // entries whose first steps crossed a corner
};

}  // namespace

GradientReport check_exactly(const std::function<ExactPoint(Working)>& at,
                             const ExactCheckOptions& options) {
  return ExactChecker(at, options).result();
}

}  // namespace tracer
