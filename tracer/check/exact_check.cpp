#include "tracer/check/exact_check.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include <fmt/format.h>

#include "tracer/check/absolute_terms.hpp"
#include "tracer/check/exact_entry.hpp"
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
      if (first) pending_[p] = entries(run, parameter, point.checked.wrt.size());
      std::vector<Eigen::Index> remaining;
      for (const Eigen::Index entry : pending_[p]) {
        CheckedEntry known = entry_of(point, id, entry);
        ExactEntry made;
        if (known.finite) {
          made = check_exact_entry(run, known, scale, working);
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
