#include "tracer/sweep/rungs.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/language/settings.hpp"

namespace tracer {
namespace {

int whole_resources(const TrainingSize& size) {
  return size.epochs == 1 && size.iterations > 0 ? size.iterations : size.epochs;
}

int next_size(const SweepPlan& plan, int settings) {
  return (settings + plan.halving - 1) / plan.halving;
}

// Those that come to the same lesson count once: or nine of one would drive eight others out.
int different(const SweepPlan& plan, const std::vector<int>& settings) {
  std::set<std::string_view> lessons;
  for (const int setting : settings)
    lessons.insert(plan.lessons[static_cast<std::size_t>(setting)].text());
  return static_cast<int>(lessons.size());
}

std::vector<int> all_settings(const SweepPlan& plan) {
  std::vector<int> all(plan.candidates.size());
  std::iota(all.begin(), all.end(), 0);
  return all;
}

}  // namespace

int rung_count_of(const SweepPlan& plan) {
  if (plan.halving == 0) return 1;
  for (const SweepOption& option : plan.options) {
    if (option.name == "epochs" || option.name == "max_iter") {
      throw Error(fmt::format(
          "--halving: it gives the settings more and more epochs itself; leave {} out of "
          "what is tried, or --halving",
          option.name));
    }
  }
  int rungs = 1;
  const int settings = different(plan, all_settings(plan));
  for (int left = settings; left > plan.halving; ++rungs) left = next_size(plan, left);
  if (rungs == 1) {
    throw Error(fmt::format(
        "--halving: of {} different settings none can go out before the end, for {} are trained "
        "to the end in any case; leave --halving out",
        settings, plan.halving));
  }
  int most = 1;  // epochs
  for (const TrainingSize& size : plan.sizes) most = std::max(most, whole_resources(size));
  int possible = 1;
  for (int epochs = most; epochs >= plan.halving; epochs /= plan.halving) ++possible;
  if (possible == 1) {
    throw Error(
        fmt::format("--halving: {} can't be divided into rungs; leave --halving out, or take more, "
                    "as in --epochs {}",
                    most == 1 ? "one epoch" : fmt::format("{} epochs", most),
                    std::pow(plan.halving, rungs - 1)));
  }
  return std::min(rungs, possible);
}

std::vector<int> rung_sizes(const SweepPlan& plan) {
  std::vector<int> sizes{different(plan, all_settings(plan))};
  while (std::cmp_less(sizes.size(), plan.rung_count))
    sizes.push_back(next_size(plan, sizes.back()));
  for (std::size_t rung = 0; rung < plan.rungs.size(); ++rung)
    sizes[rung] = different(plan, plan.rungs[rung]);
  return sizes;
}

int resources_of(const SweepPlan& plan, int setting, int rung) {
  const int all = whole_resources(plan.sizes[static_cast<std::size_t>(setting)]);
  const double share = std::pow(std::max(plan.halving, 1), plan.rung_count - 1 - rung);
  return std::max(1, static_cast<int>(std::lround(all / share)));
}

Source lesson_in_rung(const SweepPlan& plan, int setting, int rung) {
  const Source& lesson = plan.lessons[static_cast<std::size_t>(setting)];
  const TrainingSize& size = plan.sizes[static_cast<std::size_t>(setting)];
  const int resources = resources_of(plan, setting, rung);
  if (resources == whole_resources(size)) return lesson;
  const bool is_search = size.epochs == 1;
  return with_training(lesson, {{is_search ? "max_iter" : "epochs", std::to_string(resources)}});
}

bool add_next_rung(SweepPlan& plan, const Results& results) {
  if (std::cmp_greater_equal(plan.rungs.size(), plan.rung_count)) return false;
  const auto last = static_cast<int>(plan.rungs.size()) - 1;
  std::map<int, double> sums;  // of those whose runs are all done
  for (const int setting : plan.rungs.back()) sums[setting] = 0;
  for (const PlannedRun& run : plan.runs) {
    if (run.rung != last) continue;
    const auto found = results.find(run.key);
    if (found == results.end() || !found->second.is_done() || std::isnan(found->second.score)) {
      sums.erase(run.setting);
    } else if (const auto sum = sums.find(run.setting); sum != sums.end()) {
      sum->second += found->second.score;
    }
  }
  std::vector<int> ranked;  // of equal ones the first stays
  for (const auto& [setting, sum] : sums) ranked.push_back(setting);
  std::ranges::stable_sort(ranked, [&](int a, int b) {
    return plan.score.larger_is_better() ? sums[a] > sums[b] : sums[a] < sums[b];
  });
  if (ranked.empty()) return false;
  const auto kept = static_cast<std::size_t>(next_size(plan, different(plan, plan.rungs.back())));
  std::set<std::string_view> go_on;  // lessons
  std::erase_if(ranked, [&](int setting) {
    const std::string_view lesson = plan.lessons[static_cast<std::size_t>(setting)].text();
    if (go_on.size() < kept) go_on.insert(lesson);
    return !go_on.contains(lesson);
  });
  std::ranges::sort(ranked);
  add_rung(plan, std::move(ranked));
  return true;
}

}  // namespace tracer
