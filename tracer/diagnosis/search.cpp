#include "tracer/diagnosis/search.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "tracer/error.hpp"
#include "tracer/op/all.hpp"

namespace tracer {

Search::Search(const BatchGraph& batch, NodeId seed, std::vector<Evidence> evidence,
               Companions companions, SearchOptions options)
    : batch_(batch),
      runs_(batch, seed),
      evidence_(std::move(evidence)),
      catalogue_(batch_, runs_.back(), std::move(companions)),
      factor_names_(numbers_of(batch, options.numbers)),
      options_(std::move(options)) {
  for (const Evidence& known : evidence_) runs_.add_point(known.point);
  find_targets(true);
}

std::vector<std::string> Search::claimed() const {
  std::vector<std::string> names;
  for (const Target& target : targets_) names.push_back(target.name);
  return names;
}

// The gradients that are claimed, from the loss down.
void Search::find_targets(bool small_first) {
  const Graph& graph = batch_.graph;
  targets_.clear();
  std::vector<std::pair<long long, Target>> ordered;
  for (const Claim& claim : evidence_.front().claims) {
    const NodeId node = graph.find(claim.name);
    // what was summed the other way is no gradient that a formula could give
    if (!claim.gradient || node < 0 || claim.summed_over_units.size() > 0) continue;
    Target target{claim.name, node, {}, {}, {}};
    for (const Evidence& known : evidence_) {
      const auto same = std::ranges::find_if(known.claims, [&](const Claim& other) {
        return other.gradient && other.name == claim.name;
      });
      if (same != known.claims.end()) target.claims.push_back(&*same);
    }
    // what comes back to it passes these
    std::set<NodeId> reached{node};
    for (NodeId id = node; id <= runs_.back().loss(); ++id) {
      if (!runs_.back().is_live(id) || !reached.contains(id)) continue;
      if (graph[id].is_named()) target.all_places.emplace_back(id, -1);
      for (const auto& use : runs_.back().uses(id)) {
        reached.insert(use.first);
        target.all_places.push_back(use);
      }
    }
    const long long entries = graph[node].shape.count();
    ordered.emplace_back(
        (static_cast<long long>(reached.size()) << 32) + (small_first ? entries : -entries),
        std::move(target));
  }
  std::ranges::stable_sort(ordered, {}, &std::pair<long long, Target>::first);
  std::set<std::pair<NodeId, int>> seen;
  for (auto& [order, target] : ordered) {
    for (const auto& where : target.all_places) {
      if (seen.insert(where).second) target.places.push_back(where);
    }
    targets_.push_back(std::move(target));
  }
}

std::vector<Explanation> Search::run(Depth depth, Fit fit) {
  depth_ = depth;
  fit_ = fit;
  find_targets(true);
  walk();
  // Which of a layer's two gradients is asked first decides what the other is told by: a factor of
  // the layer and one of its weights, or of its biases. The simpler of the two stories is told.
  const bool simple = beam_.front().unexplained.empty() && beam_.front().kinds < 2;
  if (simple || runs_.work() > options_.work / 8) return beam_;
  std::vector<Explanation> found = std::move(beam_);
  find_targets(false);
  walk();
  find_targets(true);  // as others see them
  for (Explanation& explanation : beam_) found.push_back(std::move(explanation));
  keep_best(found, options_.beam);
  return found;
}

void Search::walk() {
  Explanation right;
  right.pass = runs_.back().pass();
  beam_ = {right};
  for (done_ = 0; done_ < targets_.size(); ++done_) stage(targets_[done_]);
  keep_best(beam_, options_.beam);
}

void Search::stage(const Target& target) {
  std::vector<Explanation> survivors;
  std::vector<Explanation> failing;
  for (Explanation& explanation : beam_)
    (explains(explanation, target) ? survivors : failing).push_back(explanation);
  for (const Explanation& explanation : failing) {
    if (Trial more = refitted(explanation, target)) survivors.push_back(std::move(*more));
  }
  // a mistake that was made above may have been made here again
  for (const Explanation& explanation : failing) {
    for (const Explanation::Part& part : explanation.parts) {
      for (Explanation& more : extensions(explanation, target, target.places, part.mistake->family))
        survivors.push_back(std::move(more));
    }
  }
  if (survivors.empty()) {
    for (const Explanation& explanation : failing) {
      for (Explanation& more : extensions(explanation, target, target.places, ""))
        survivors.push_back(std::move(more));
    }
  }
  for (std::size_t i = 0; survivors.empty() && i < failing.size(); ++i)
    survivors = together(failing[i], target);
  for (std::size_t i = 0; survivors.empty() && i < failing.size(); ++i) {
    // below a gradient that nothing explains there is nothing to build on
    const bool hopeless = !failing[i].unexplained.empty() || failing[i].cost > failing[0].cost + 1;
    if (depth_ == Depth::pairs && !hopeless) survivors = pairs(failing[i], target);
  }
  for (std::size_t i = 0; survivors.empty() && i < failing.size(); ++i)
    survivors = unseen_above(failing[i], target);
  if (survivors.empty()) {
    for (Explanation& explanation : failing) {
      explanation.unexplained.push_back(target.name);
      // what is claimed for a line is what its author went on with
      if (const Mistake* unknown = unknown_at(target.node)) {
        Explanation more = with(explanation, *unknown, 1, std::nullopt);
        if (explains(more, target)) explanation = std::move(more);
      }
      rate(explanation);
      survivors.push_back(std::move(explanation));
    }
  }
  beam_ = std::move(survivors);
  keep_best(beam_, options_.beam);
}

// A factor that a few small entries gave is not known well; these may give it better.
Search::Trial Search::refitted(const Explanation& explanation, const Target& target) {
  if (explanation.parts.empty()) return std::nullopt;
  const Explanation::Part& last = explanation.parts.back();
  if (!last.mistake->edit->has_factor || last.factor_name || !explanation.unexplained.empty())
    return std::nullopt;
  Explanation base;
  base.pass = right();
  for (auto part = explanation.parts.begin(); part + 1 != explanation.parts.end(); ++part)
    base = with(base, *part->mistake, part->factor, part->factor_name);
  Trial more = attempt_fitted(base, *last.mistake, target);
  const auto known = std::span(targets_).first(done_);
  if (!more || !std::ranges::all_of(known, [&](const Target& t) { return explains(*more, t); }))
    return std::nullopt;
  return more;
}

const Mistake* Search::unknown_at(NodeId line) {
  const auto found = unknown_.find(line);
  if (found != unknown_.end()) return &found->second;
  auto made = unknown_mistake(catalogue_, line);
  return made ? &unknown_.emplace(line, std::move(*made)).first->second : nullptr;
}

std::vector<const Mistake*> Search::mistakes_at(const std::vector<std::pair<NodeId, int>>& places) {
  std::vector<const Mistake*> all;
  for (const auto& [node, operand] : places) {
    const auto& here =
        operand < 0 ? catalogue_.of_total(node) : catalogue_.of_contribution(node, operand);
    for (const Mistake& mistake : here) all.push_back(&mistake);
  }
  return all;
}

// A mistake further up that the claims above do not show. They are asked first, for they are
// smaller, and most mistakes up there do show.
std::vector<Explanation> Search::unseen_above(const Explanation& base, const Target& target) {
  std::vector<Explanation> found;
  for (const Mistake* mistake : mistakes_at(target.all_places)) {
    if (runs_.work() > options_.work) break;
    Explanation probe = with(base, *mistake, 2, std::nullopt);  // 2: a factor is anything but 1
    const NodeId before = runs_.mark();
    bool unseen = true;
    for (std::size_t i = done_; unseen && i-- > 0;) unseen = explains(probe, targets_[i]);
    runs_.back_to(before);
    if (!unseen) continue;
    if (Trial more = attempt(base, *mistake, target)) found.push_back(std::move(*more));
  }
  return found;
}

// The same mistake in all places on the way to this claim at once: the steps of a recurrent
// network, whose weights are claimed only after the last of them.
std::vector<Explanation> Search::together(const Explanation& base, const Target& target) {
  std::map<std::string, std::vector<const Mistake*>> families;
  for (const Mistake* mistake : mistakes_at(target.places)) {
    std::vector<const Mistake*>& family = families[mistake->family];
    const bool taken = std::ranges::any_of(family, [&](const Mistake* other) {
      return other->edit->node == mistake->edit->node &&
             other->edit->operand == mistake->edit->operand;
    });
    if (!mistake->edit->has_factor && !taken) family.push_back(mistake);
  }
  std::vector<Explanation> found;
  for (const auto& [family, mistakes] : families) {
    if (mistakes.size() < 2) continue;
    Explanation more = base;
    for (const Mistake* mistake : mistakes) more = with(more, *mistake, 1, std::nullopt);
    const NodeId before = runs_.mark();
    BackwardGraph::Pass asked = more.pass;
    bool good = false;
    try {
      good = matches(runs_.back().gradient(asked, target.node), target);
    } catch (const ShapeError&) {
    }
    runs_.back_to(before);
    if (good && explains(more, target)) found.push_back(std::move(more));
  }
  return found;
}

std::vector<Explanation> Search::extensions(const Explanation& base, const Target& target,
                                            const std::vector<std::pair<NodeId, int>>& places,
                                            const std::string& family) {
  std::vector<Explanation> found;
  for (const Mistake* mistake : mistakes_at(places)) {
    if (!family.empty() && mistake->family != family) continue;
    if (Trial more = attempt(base, *mistake, target)) found.push_back(std::move(*more));
  }
  return found;
}

std::vector<std::pair<std::string, Nearness>> Search::nearness_under(Explanation& explanation) {
  std::vector<std::pair<std::string, Nearness>> all;
  for (const Target& target : targets_) {
    Nearness worst;
    for (std::size_t i = 0; i < target.claims.size(); ++i) {
      const auto prediction = predicted(explanation, target.name, i);
      if (!prediction) continue;
      const Nearness near = compare(*target.claims[i], *prediction);
      if (i == 0 || near.digits < worst.digits) worst = near;
    }
    worst.entries = target.claims.front()->values.size();
    all.emplace_back(target.name, worst);
  }
  return all;
}

std::vector<NodeId> Search::suspects(const std::string& name,
                                     const std::vector<std::string>& right) const {
  // what a right gradient has come through is right
  std::set<std::pair<NodeId, int>> passed;
  for (const Target& target : targets_) {
    if (std::ranges::find(right, target.name) == right.end()) continue;
    passed.insert(target.all_places.begin(), target.all_places.end());
  }
  std::vector<NodeId> lines;
  const auto target = std::ranges::find(targets_, name, &Target::name);
  if (target == targets_.end()) return lines;
  for (const auto& place : target->places) {
    const NodeId line = catalogue_.line_of(place.first);
    if (!passed.contains(place) && !batch_.graph[line].is_leaf() &&
        std::ranges::find(lines, line) == lines.end())
      lines.push_back(line);
  }
  std::ranges::sort(lines, std::greater<>());  // on the way back
  return lines;
}

Expected Search::value(NodeId node, std::size_t i) { return expected(runs_.at(node, i)); }

}  // namespace tracer
