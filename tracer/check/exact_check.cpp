#include "tracer/check/exact_check.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include <fmt/format.h>

#include "tracer/check/absolute_terms.hpp"
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

std::vector<Eigen::Index> entries_to_check(const CheckedParameter& parameter,
                                           const ExactCheckOptions& options, double budget,
                                           std::size_t parameters, double cost) {
  long long wanted = options.entries;
  if (wanted == 0) wanted = parameter.entries;
  // four forward passes an entry
  if (wanted < 0)
    wanted = std::max(
        1LL, static_cast<long long>(budget / static_cast<double>(parameters) / (4 * cost)));
  return chosen_entries(static_cast<Eigen::Index>(parameter.entries), wanted, options.seed,
                        parameter.name);
}

namespace {

/// What became of it: nothing where it takes more bits, and with them a smaller step.
struct ExactEntry {
  std::optional<CheckedEntry> found = {};
  bool crossed = false;  ///< nothing, because the step comes to the other side of a corner
};

// One entry of the value that `run` has chosen against its central difference; on a corner against
// the slopes of both sides. `scale`: the size of all gradients, by which what is about 0 is measured.
class Comparison {
 public:
  Comparison(MovedRun<Exact>& run, CheckedEntry entry, double scale, Working working)
      : run_(run),
        entry_(entry.row + entry.column * run.chosen().rows()),
        scale_(scale),
        found_(std::move(entry)) {
    // 56 of 192 bits: the difference errs by h², and loses as many bits as h has
    step_ = Exact(Rational(1, Integer(1) << (working.bits * 7 / 24)), working);
  }

  ExactEntry result() {
    try {
      if (run_.unsure()) return {};
      const auto up = run_.at(entry_, step_);
      const auto down = run_.at(entry_, -step_);
      if (!run_.same_pieces(up) || !run_.same_pieces(down)) return {.crossed = true};
      const bool leaves = run_.leaves_corner(up) || run_.leaves_corner(down);
      return {leaves ? on_corner(up, down) : smooth(up.result, down.result)};
    } catch (const NodeUndecided&) {
      return {};
    } catch (const NodeError&) {  // √x at 0 has a value on one side only
      found_.agreement = Agreement::edge;
      return {found_};
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
    // both sides have one slope: relu(x)² has no corner
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
  CheckedEntry found_;
  Exact step_;
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
    report_.against = fmt::format("central differences over Exact, {}", steps_text());
    return std::move(report_);
  }

 private:
  // "h = 2^-56 ≈ 1.4e-17"; where some entries took more bits, "..., and down to 2^-112"
  std::string steps_text() const {
    const int first = (used_bits_.empty() ? options_.bits : *used_bits_.begin()) * 7 / 24;
    std::string text = fmt::format("h = 2^-{} ≈ {:.1e}", first, std::ldexp(1.0, -first));
    if (used_bits_.size() > 1)
      text += fmt::format(", and down to 2^-{}", *used_bits_.rbegin() * 7 / 24);
    return text;
  }

  // everything that is still to be compared, at this precision
  void pass(Working working) {
    const ExactPoint point = at_(working);
    MovedRun<Exact> run(point.checked, working);
    const bool first = report_.parameters.empty();
    if (first) begin(point, run);
    double scale = largest_of(point.gradients);
    if (scale == 0) scale = 1 + magnitude(run.base());
    for (std::size_t p = 0; p < point.checked.wrt.size(); ++p) {
      const NodeId id = point.checked.wrt[p];
      if (!first && pending_[p].empty()) continue;
      run.choose(id);
      CheckedParameter& parameter = report_.parameters[p];
      if (first)
        pending_[p] = entries_to_check(parameter, options_, options_.budget,
                                       point.checked.wrt.size(), run.cost());
      std::vector<Eigen::Index> remaining;
      for (const Eigen::Index entry : pending_[p]) {
        CheckedEntry known = entry_of(point, id, entry);
        ExactEntry made;
        if (known.finite) {
          made = Comparison(run, known, scale, working).result();
        } else {
          made.found = known;
        }
        if (made.crossed) crossed_[p].insert(entry);
        if (!made.found && working.bits < options_.most_bits) {
          remaining.push_back(entry);
          continue;
        }
        if (!made.found) made.found = std::move(known);  // undecided
        used_bits_.insert(working.bits);
        made.found->narrowed = crossed_[p].contains(entry);
        parameter.checked.push_back(std::move(*made.found));
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

  const std::function<ExactPoint(Working)>& at_;
  const ExactCheckOptions& options_;
  GradientReport report_;
  std::vector<std::vector<Eigen::Index>> pending_;  // of each parameter
  std::set<int> used_bits_;                         // of the working in which an entry was compared
  std::vector<std::set<Eigen::Index>> crossed_;     // entries whose first steps crossed a corner
};

}  // namespace

CheckedEntry entry_of(const ExactPoint& point, NodeId id, Eigen::Index k) {
  CheckedEntry entry;
  const Array<Exact>& gradient = point.gradients.at(id);
  entry.row = k % gradient.rows();
  entry.column = k / gradient.rows();
  entry.gradient = gradient(k);
  if (const auto rounding = point.rounding.find(id); rounding != point.rounding.end()) {
    const GradientRounding& here = rounding->second;
    entry.terms = here.terms(k);
    entry.unit = here.unit(k);
    entry.rounding = rounding_units * entry.unit;
    entry.finite = here.finite(k);
    if (!entry.finite) entry.agreement = Agreement::wrong;
  }
  return entry;
}

GradientReport check_exactly(const std::function<ExactPoint(Working)>& at,
                             const ExactCheckOptions& options) {
  return ExactChecker(at, options).result();
}

}  // namespace tracer
